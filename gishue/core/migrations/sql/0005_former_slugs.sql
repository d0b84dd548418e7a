-- Names of deleted layers, and the last revision that stood in an address of theirs.
CREATE TABLE gis.former_slug (
    slug text PRIMARY KEY,
    revision bigint NOT NULL
);

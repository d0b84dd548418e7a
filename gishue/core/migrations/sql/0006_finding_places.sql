-- Where the findings of an upload lie: one row per feature and finding, up to a limit per code.
CREATE TABLE gis.finding_place (
    upload_id uuid NOT NULL REFERENCES gis.upload ON DELETE CASCADE,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL,
    feature_id bigint,
    detail jsonb NOT NULL DEFAULT '{}',
    geom geometry(Geometry, 4326),
    PRIMARY KEY (upload_id, seq)
);

-- The tile archive of a layer: a PMTiles file among the objects.
-- snapshot: what the statements that made it saw. Edits in gis.touched that it did not see are
-- dirty: their tiles are made anew. signature: which statements made it; by others it is not read.
CREATE TABLE gis.archive (
    layer_id bigint PRIMARY KEY REFERENCES gis.layer ON DELETE CASCADE,
    epoch bigint NOT NULL,
    revision bigint NOT NULL,
    snapshot pg_snapshot NOT NULL,
    signature text NOT NULL,
    sha256 text NOT NULL REFERENCES gis.blob,
    minzoom int NOT NULL CHECK (minzoom BETWEEN 0 AND 24),
    maxzoom int NOT NULL CHECK (maxzoom BETWEEN minzoom AND 24),
    tiles bigint NOT NULL,
    bytes bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

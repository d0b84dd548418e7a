-- Where features were touched by edits: what processes, nodes and archives missed they read here.
-- boxes: xmin, ymin, xmax, ymax, … of the old and the new bounds, EPSG:3857, metres. More of them
-- than are worth listing move the epoch of the layer instead, and leave no row.
CREATE TABLE gis.touched (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    revision bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    boxes double precision[] NOT NULL
);
CREATE INDEX touched_layer ON gis.touched (layer_id, revision);
CREATE INDEX touched_at ON gis.touched (at);

-- forbids_overlap: no edit may let two of its polygons share ground that they did not share before.
ALTER TABLE gis.layer ADD COLUMN forbids_overlap boolean NOT NULL DEFAULT false;

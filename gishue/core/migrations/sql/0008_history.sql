-- What tells a layer's features apart, and what is kept for reading them as of an earlier time.
-- kept_since: the first revision that can be read from the layer's table and the past beside it.
-- last_feature_id: the highest id a feature of the layer ever had; no id is given twice.
ALTER TABLE gis.layer ADD COLUMN key_field text;
ALTER TABLE gis.layer ADD COLUMN keep_history boolean NOT NULL DEFAULT true;
ALTER TABLE gis.layer ADD COLUMN kept_since bigint NOT NULL DEFAULT 0;
ALTER TABLE gis.layer ADD COLUMN last_feature_id bigint NOT NULL DEFAULT 0;
UPDATE gis.layer SET kept_since = revision;
-- Open reports leave their layer for good: what citizens saw is no history of the city.
UPDATE gis.layer SET keep_history = false WHERE slug = 'field_reports';

-- What the layer held at each revision; bounds in EPSG:4326.
ALTER TABLE gis.history ADD COLUMN feature_count bigint NOT NULL DEFAULT 0;
ALTER TABLE gis.history ADD COLUMN bounds float8[] CHECK (array_length(bounds, 1) = 4);
UPDATE gis.history h SET feature_count = l.feature_count, bounds = l.bounds
  FROM gis.layer l WHERE l.id = h.layer_id;

-- Tables that a whole new one replaced: the layer from revision "since" to before "until".
CREATE TABLE gis.past_table (
    table_name text PRIMARY KEY,
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    since bigint NOT NULL,
    until bigint NOT NULL CHECK (until > since),
    fields jsonb NOT NULL,
    geometry_type text NOT NULL,
    srid int NOT NULL,
    source_crs text NOT NULL,
    operation text NOT NULL,
    accuracy_m float8,
    encoding text NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT now(),
    is_thin boolean NOT NULL DEFAULT false
);
CREATE INDEX past_table_layer ON gis.past_table (layer_id, until);

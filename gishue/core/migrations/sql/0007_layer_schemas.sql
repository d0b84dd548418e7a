-- The field schema that a layer owns, and how columns of earlier files were mapped to it.
CREATE TABLE gis.layer_schema (
    layer_id bigint PRIMARY KEY REFERENCES gis.layer ON DELETE CASCADE,
    body jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by text NOT NULL
);
CREATE TABLE gis.field_mapping (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    signature text NOT NULL,
    mapping jsonb NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (layer_id, signature)
);

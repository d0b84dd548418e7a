-- Sources outside that are fetched at set times.
CREATE TABLE gis.pull (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('file', 'wfs', 'oapif')),
    source_layer text NOT NULL DEFAULT '',
    layer text NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    every_s bigint NOT NULL CHECK (every_s >= 60),
    is_active boolean NOT NULL DEFAULT true,
    actor text NOT NULL,
    account_id bigint,
    unit text REFERENCES gis.unit,
    etag text NOT NULL DEFAULT '',
    last_modified text NOT NULL DEFAULT '',
    sha256 text NOT NULL DEFAULT '',
    upload_id uuid REFERENCES gis.upload ON DELETE SET NULL,
    outcome text NOT NULL DEFAULT '',
    problem jsonb,
    looked_at timestamptz,
    next_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pull_next ON gis.pull (next_at) WHERE is_active;

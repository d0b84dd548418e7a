-- Uploads that come in pieces (tus 1.0): how much is there, and what was said of the file.
CREATE TABLE gis.resumable (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    length bigint NOT NULL CHECK (length >= 0),
    received bigint NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND length),
    filename text NOT NULL,
    fields jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL,
    account_id bigint,
    unit text REFERENCES gis.unit,
    upload_id uuid REFERENCES gis.upload ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

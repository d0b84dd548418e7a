-- Uploads that come in pieces (tus 1.0). How much is there says the file itself.
CREATE TABLE gis.resumable (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    length bigint NOT NULL CHECK (length >= 0),
    filename text NOT NULL,
    fields jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL,
    account_id bigint,
    upload_id uuid REFERENCES gis.upload ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX resumable_updated ON gis.resumable (updated_at);

-- What a progress line is made of: rows done, rows a second, seconds left.
ALTER TABLE gis.upload ADD COLUMN pace jsonb;
-- The content of a refused upload is cleared away after a day; its row still says which it was.
ALTER TABLE gis.upload DROP CONSTRAINT upload_sha256_fkey;

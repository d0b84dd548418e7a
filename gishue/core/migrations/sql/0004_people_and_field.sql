-- Accounts, sessions and keys; flights and photos; field reports.
CREATE TABLE gis.account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{0,62}$'),
    display text NOT NULL DEFAULT '',
    password_hash text,
    unit text REFERENCES gis.unit,
    roles text[] NOT NULL DEFAULT '{viewer}' CHECK (roles <@ ARRAY['viewer', 'editor', 'admin']),
    is_active boolean NOT NULL DEFAULT true,
    failures int NOT NULL DEFAULT 0,
    locked_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gis.session (
    token_sha256 bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES gis.account ON DELETE CASCADE,
    csrf text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

CREATE TABLE gis.api_key (
    id text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{8}$'),
    secret_sha256 bytea NOT NULL,
    name text NOT NULL,
    unit text REFERENCES gis.unit,
    roles text[] NOT NULL DEFAULT '{viewer}' CHECK (roles <@ ARRAY['viewer', 'editor', 'admin']),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE TABLE gis.flight (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9_-]{0,52}$'),
    title text NOT NULL,
    flown_from timestamptz,
    flown_to timestamptz,
    photo_count int NOT NULL DEFAULT 0,
    summary jsonb NOT NULL DEFAULT '{}',
    findings jsonb NOT NULL DEFAULT '[]',
    bounds float8[] CHECK (array_length(bounds, 1) = 4),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gis.photo (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    flight_id bigint NOT NULL REFERENCES gis.flight ON DELETE CASCADE,
    name text NOT NULL,
    sha256 text NOT NULL REFERENCES gis.blob,
    taken_at timestamptz,
    lon float8,
    lat float8,
    pose jsonb NOT NULL DEFAULT '{}',
    UNIQUE (flight_id, name)
);

CREATE TABLE gis.report (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL UNIQUE,
    idempotency_key text UNIQUE,
    category text NOT NULL,
    title text NOT NULL,
    body text NOT NULL DEFAULT '',
    phone text NOT NULL DEFAULT '',
    lon float8 NOT NULL,
    lat float8 NOT NULL,
    accuracy_m float8,
    ward_code text,
    ward_name text,
    state text NOT NULL DEFAULT 'received' CHECK (state IN
        ('received', 'triaged', 'assigned', 'resolved', 'closed')),
    unit text REFERENCES gis.unit,
    reported_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gis.report_photo (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL REFERENCES gis.report ON DELETE CASCADE,
    sha256 text NOT NULL REFERENCES gis.blob,
    original_sha256 text NOT NULL REFERENCES gis.blob,
    width_px int NOT NULL,
    height_px int NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (report_id, original_sha256)
);

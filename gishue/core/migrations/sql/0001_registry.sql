-- Extensions, schemas, and everything the registry of layers stands on.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA gis;
CREATE SCHEMA data;
CREATE SCHEMA staging;

-- One search key, the same in SQL and in gishue.core.vietnamese.vn_key. unaccent alone is only STABLE.
CREATE FUNCTION public.vn_key(t text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = public, pg_catalog
    RETURN btrim(regexp_replace(lower(public.unaccent('public.unaccent', normalize(t, NFC))), '[^0-9a-z]+', ' ', 'g'));

CREATE TABLE gis.unit (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    title text NOT NULL,
    title_en text NOT NULL DEFAULT ''
);

CREATE TABLE gis.theme (
    code text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    title text NOT NULL,
    title_en text NOT NULL DEFAULT '',
    position int NOT NULL DEFAULT 100
);
INSERT INTO gis.theme (code, title, title_en, position) VALUES ('other', 'Khác', 'Other', 1000);

CREATE TABLE gis.layer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9_-]{0,62}$'),
    title text NOT NULL,
    title_en text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    description_en text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('vector', 'raster')),
    theme text NOT NULL DEFAULT 'other' REFERENCES gis.theme,
    unit text REFERENCES gis.unit,
    visibility text NOT NULL DEFAULT 'open' CHECK (visibility IN ('open', 'internal', 'restricted')),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'published', 'retired')),
    revision bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    srid int NOT NULL DEFAULT 0,
    source_crs text NOT NULL DEFAULT '',
    operation text NOT NULL DEFAULT '',
    accuracy_m float8,
    encoding text NOT NULL DEFAULT '',
    geometry_type text CHECK (geometry_type IN ('point', 'line', 'polygon', 'mixed')),
    table_name text,
    asset text,
    feature_count bigint NOT NULL DEFAULT 0,
    bounds float8[] CHECK (array_length(bounds, 1) = 4),
    minzoom int NOT NULL DEFAULT 0 CHECK (minzoom BETWEEN 0 AND 24),
    maxzoom int NOT NULL DEFAULT 22 CHECK (maxzoom BETWEEN 0 AND 24),
    licence text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    attribution text NOT NULL DEFAULT '',
    simulated boolean NOT NULL DEFAULT false,
    draw_order int NOT NULL DEFAULT 100,
    visible_by_default boolean NOT NULL DEFAULT false,
    search_field text,
    style jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);

CREATE TABLE gis.field (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    position int NOT NULL,
    name text NOT NULL CHECK (name <> '' AND octet_length(name) <= 63),
    title text NOT NULL,
    title_en text NOT NULL DEFAULT '',
    type text NOT NULL CHECK (type IN ('text', 'integer', 'real', 'boolean', 'date', 'datetime')),
    column_name text NOT NULL CHECK (column_name ~ '^c[0-9]+$'),
    PRIMARY KEY (layer_id, position),
    UNIQUE (layer_id, name),
    UNIQUE (layer_id, column_name)
);

CREATE TABLE gis.history (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    revision bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    message text NOT NULL DEFAULT '',
    detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (layer_id, revision)
);

CREATE TABLE gis.search_entry (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    feature_id bigint NOT NULL,
    name text NOT NULL,
    key text NOT NULL,
    lon float8 NOT NULL,
    lat float8 NOT NULL,
    bounds float8[] NOT NULL,
    PRIMARY KEY (layer_id, feature_id)
);
CREATE INDEX search_entry_key ON gis.search_entry USING gin (key gin_trgm_ops);

-- Tables that a newer revision replaced; dropped a day later, so that no reader loses its ground.
CREATE TABLE gis.replaced_table (
    table_name text PRIMARY KEY,
    replaced_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gis.event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL,
    payload jsonb NOT NULL
);

CREATE TABLE gis.blob (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint NOT NULL,
    name text NOT NULL DEFAULT '',
    media_type text NOT NULL DEFAULT 'application/octet-stream',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gis.upload (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    state text NOT NULL DEFAULT 'received' CHECK (state IN
        ('received', 'inspected', 'asks', 'converting', 'staged', 'published', 'refused')),
    filename text NOT NULL,
    sha256 text NOT NULL REFERENCES gis.blob,
    size bigint NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    actor text NOT NULL,
    account_id bigint,
    unit text REFERENCES gis.unit,
    inspection jsonb,
    findings jsonb NOT NULL DEFAULT '[]',
    questions jsonb NOT NULL DEFAULT '[]',
    refusal jsonb,
    staged jsonb,
    layer text,
    revision bigint,
    stage text NOT NULL DEFAULT 'received',
    progress float8 NOT NULL DEFAULT 0,
    message text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_created ON gis.upload (created_at DESC);

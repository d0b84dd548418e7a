-- Functions that analysts write, in a schema of their own, and those that a city administrator
-- declared: only these are asked, by anybody, and only for tiles.
CREATE SCHEMA IF NOT EXISTS analyst;

CREATE TABLE gis.function_layer (
    name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_-]{0,62}$'),
    function text NOT NULL CHECK (function <> ''),
    title text NOT NULL CHECK (title <> ''),
    title_en text NOT NULL DEFAULT '',
    visibility text NOT NULL CHECK (visibility IN ('open', 'internal', 'restricted')),
    unit text REFERENCES gis.unit,
    parameters jsonb NOT NULL DEFAULT '[]',
    minzoom integer NOT NULL DEFAULT 0 CHECK (minzoom BETWEEN 0 AND 24),
    maxzoom integer NOT NULL DEFAULT 22 CHECK (maxzoom BETWEEN 0 AND 24),
    max_age_s integer NOT NULL DEFAULT 60 CHECK (max_age_s BETWEEN 1 AND 86400),
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL DEFAULT now(),
    CHECK (minzoom <= maxzoom),
    CHECK (visibility <> 'restricted' OR unit IS NOT NULL)
);

-- name: create
CREATE TABLE {table} (
    id bigint PRIMARY KEY,
    {columns}
    geom geometry({geometry}, {srid}),
    geom_3857 geometry({geometry}, 3857) GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED
)

-- name: index
CREATE INDEX ON {table} USING gist (geom_3857)

-- name: index_geom
CREATE INDEX ON {table} USING gist (geom)

-- name: analyze
ANALYZE {table}

-- name: version
ALTER TABLE {table} ADD COLUMN version bigint NOT NULL DEFAULT {revision}

-- name: adopt
ALTER TABLE {staging} SET SCHEMA data

-- name: rename
ALTER TABLE {table} RENAME TO {name}

-- name: indexes
SELECT indexname FROM pg_indexes WHERE schemaname = 'staging' AND tablename = %(table)s ORDER BY 1

-- name: rename_index
ALTER INDEX {index} RENAME TO {name}

-- name: drop
DROP TABLE IF EXISTS {table}

-- name: count
SELECT count(*), count(geom) FROM {table}

-- name: extent
SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b)
  FROM (SELECT ST_Transform(ST_SetSRID(ST_Extent(geom_3857)::geometry, 3857), 4326) AS b
          FROM {table}) e
 WHERE b IS NOT NULL

-- What tiles need is generated once, so that no tile computes it. Areas: their outer rings run
-- clockwise on the ground, as those of a tile do; geom_breadth is the mean width of an area of one
-- ring, 2 A / P in units of geom, below 0 if one of its edges is shorter than a metre, NULL for
-- others. What is generated here is generated in migration 0023 too, for the tables before it.

-- name: create
CREATE TABLE {table} (
    id bigint NOT NULL {key},
    {columns}
    geom geometry({geometry}, {srid}),
    {generated}
)

-- name: web
ST_Transform({geom}, 3857)

-- name: web_area
ST_ForcePolygonCW(ST_Transform({geom}, 3857))

-- name: breadth
CASE WHEN ST_NRings({geom}) = 1 THEN
    CASE WHEN ST_MemSize(ST_RemoveRepeatedPoints({geom}, {metre})) = ST_MemSize({geom})
         THEN 2 ELSE -2 END * ST_Area({geom}) / nullif(ST_Perimeter({geom}), 0)
END::real

-- name: generated
geom_3857 geometry({geometry}, 3857) GENERATED ALWAYS AS ({web}) STORED

-- name: generated_area
geom_3857 geometry({geometry}, 3857) GENERATED ALWAYS AS ({web}) STORED,
    geom_breadth real GENERATED ALWAYS AS ({breadth}) STORED

-- name: leave_alone
ALTER TABLE {table} SET (autovacuum_enabled = false)

-- name: look_after
ALTER TABLE {table} RESET (autovacuum_enabled)

-- name: lock
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE

-- name: index_id
CREATE UNIQUE INDEX {index} ON {table} (id)

-- name: identify
ALTER TABLE {table} ADD PRIMARY KEY USING INDEX {index}

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
SELECT n, n_geom, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
  FROM (SELECT count(*) AS n, count(geom) AS n_geom,
               ST_Transform(ST_SetSRID(ST_Extent(geom_3857)::geometry, 3857), 4326) AS box
          FROM {table} t) held

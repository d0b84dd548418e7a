-- The tile of a question: which rows is known only when it is asked. {source}: the table of now, or
-- the rows of then; {generated}: what tiles need of a row's geometry; {near}: rows that the tile, a
-- margin included, may hold; {where}: the rows that are to be seen and are asked for. {placed} and
-- the columns answered are those of tile.sql. counted: what is too small or too dense is counted as
-- in the layer's derived tables.

-- name: place
WITH e AS (SELECT ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int) AS b,
                  ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.015625) AS m)

-- name: hit
{place}, hit AS MATERIALIZED (SELECT t.id, {generated} {columns}
                        FROM e, {source} t WHERE {near} AND {where})

-- name: chosen
SELECT t.id, {generated} {stored} FROM e, {source} t WHERE {near} AND {where}

-- name: counted
{place}
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*), coalesce(bool_or(q.point_count > 1), false)
  FROM (SELECT ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true) AS geom, t.id,
               nullif(t.n, 1) AS point_count {values}
          FROM e, ({rows}) t WHERE t.geom_3857 && {reach}
         ORDER BY t.id) q

-- name: generated
t.geom_3857

-- name: generated_area
t.geom_3857, t.geom_breadth

-- name: made
{web} AS geom_3857

-- name: made_area
{web} AS geom_3857, {breadth} AS geom_breadth

-- name: near_now
t.geom_3857 && e.m

-- name: whole
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), (SELECT count(*) FROM hit), false
  FROM (SELECT {placed} AS geom, t.id {names}
          FROM e, hit t ORDER BY t.id) q

-- name: labelled
SELECT (SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id')
          FROM (SELECT {placed} AS geom, t.id {names}
                  FROM e, hit t ORDER BY t.id) q)
    || (SELECT ST_AsMVT(q, {label_slug}, 4096, 'geom', 'id')
          FROM (SELECT ST_AsMVTGeom(p.p, e.b, 4096, 0, true) AS geom, t.id {names}
                  FROM e, hit t, LATERAL (SELECT ST_PointOnSurface(t.geom_3857) AS p) p
                 WHERE ST_X(p.p) >= ST_XMin(e.b) AND ST_X(p.p) < ST_XMax(e.b)
                   AND ST_Y(p.p) >= ST_YMin(e.b) AND ST_Y(p.p) < ST_YMax(e.b)
                 ORDER BY t.id) q),
       (SELECT count(*) FROM hit), false

-- name: larger
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*),
       EXISTS (SELECT FROM hit t WHERE ST_Length(t.geom_3857) < %(least)s)
  FROM (SELECT {placed} AS geom, t.id {names}
          FROM e, hit t WHERE ST_Length(t.geom_3857) >= %(least)s ORDER BY t.id) q

-- name: mixed
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*), (SELECT count(*) FROM hit) > count(*)
  FROM (SELECT {placed} AS geom, t.id {names}
          FROM e, (SELECT DISTINCT ON (p.alone, p.gx, p.gy) t.*
                     FROM hit t, LATERAL {seen} p
                    WHERE p.alone IS NULL OR p.side >= %(least)s
                    ORDER BY p.alone, p.gx, p.gy, t.id) t
         ORDER BY t.id) q

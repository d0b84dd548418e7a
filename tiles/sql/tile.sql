-- ST_AsMVT skips NULL geometries itself: a filter on them would compute every geometry twice.
-- The margin is a float: 64/4096 of integers would be 0. Ordered, so that bytes do not hang on
-- the plan. The columns answered: the tile, features in it, whether any is left out. {rows}: the rows
-- that are to be seen; no other is counted either. {geometry}: the shape, on a coarser grid if so said.
-- {reach}: clusters of points count what lies in their own tile alone. moved: the tier holds shapes as
-- its zoom draws them, one that lies in the tile whole is moved there. placed: so is an area of the
-- layer's own table, its vertices rounded as cutting rounds them; not one of holes or parts, or one
-- whose mean width is below 4 units, that may collapse. ST_AsMVT drops what is behind the point of a
-- number: that rounds too what was moved by a half, where no number is negative and no two vertices
-- may become one (a metre is at least 1.6 units from zoom 14 on). Boxes are of single precision, 2 m:
-- what lies in one that is 4 m smaller surely lies in the tile. seen: of a row of any geometry its
-- id if it is no point, else its cell, and how long or high it is.

-- name: whole
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*), false
  FROM (SELECT {placed} AS geom, t.id {columns}
          FROM (SELECT ST_TileEnvelope($1, $2, $3) AS b,
                       ST_TileEnvelope($1, $2, $3, margin => 0.015625) AS m) e
          JOIN {table} t ON t.geom_3857 && e.m {rows}
         ORDER BY t.id) q

-- name: labelled
WITH e AS (SELECT ST_TileEnvelope($1, $2, $3) AS b,
                  ST_TileEnvelope($1, $2, $3, margin => 0.015625) AS m),
     hit AS MATERIALIZED (SELECT t.* FROM e JOIN {table} t ON t.geom_3857 && e.m {rows})
SELECT (SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id')
          FROM (SELECT {placed} AS geom, t.id {columns}
                  FROM e, hit t ORDER BY t.id) q)
    || (SELECT ST_AsMVT(q, {label_slug}, 4096, 'geom', 'id')
          FROM (SELECT ST_AsMVTGeom(p.p, e.b, 4096, 0, true) AS geom, t.id {columns}
                  FROM e, hit t, LATERAL (SELECT ST_PointOnSurface(t.geom_3857) AS p) p
                 WHERE ST_X(p.p) >= ST_XMin(e.b) AND ST_X(p.p) < ST_XMax(e.b)
                   AND ST_Y(p.p) >= ST_YMin(e.b) AND ST_Y(p.p) < ST_YMax(e.b)
                 ORDER BY t.id) q),
       (SELECT count(*) FROM hit), false

-- name: larger
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*),
       EXISTS (SELECT FROM {table} t
                WHERE t.geom_3857 && ST_TileEnvelope($1, $2, $3, margin => 0.015625)
                  AND {measure}(t.geom_3857) < $4 {rows})
  FROM (SELECT {placed} AS geom, t.id {columns}
          FROM (SELECT ST_TileEnvelope($1, $2, $3) AS b,
                       ST_TileEnvelope($1, $2, $3, margin => 0.015625) AS m) e
          JOIN {table} t ON t.geom_3857 && e.m
         WHERE {measure}(t.geom_3857) >= $4 {rows}
         ORDER BY t.id) q

-- name: thinned
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*),
       (SELECT count(*) FROM {table} t
         WHERE t.geom_3857 && ST_TileEnvelope($1, $2, $3, margin => 0.015625) {rows}) > count(*)
  FROM (SELECT ST_AsMVTGeom(c.geom_3857, c.b, 4096, 64, true) AS geom, c.id {cell_columns}
          FROM (SELECT DISTINCT ON (floor(ST_X(t.geom_3857) / $4), floor(ST_Y(t.geom_3857) / $4))
                       t.*, ST_TileEnvelope($1, $2, $3) AS b
                  FROM {table} t
                 WHERE t.geom_3857 && ST_TileEnvelope($1, $2, $3, margin => 0.015625) {rows}
                 ORDER BY floor(ST_X(t.geom_3857) / $4), floor(ST_Y(t.geom_3857) / $4), t.id) c
         ORDER BY c.id) q

-- name: mixed
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*),
       (SELECT count(*) FROM {table} t
         WHERE t.geom_3857 && ST_TileEnvelope($1, $2, $3, margin => 0.015625) {rows}) > count(*)
  FROM (SELECT {placed} AS geom, t.id {columns}
          FROM (SELECT ST_TileEnvelope($1, $2, $3) AS b,
                       ST_TileEnvelope($1, $2, $3, margin => 0.015625) AS m) e,
               LATERAL (SELECT DISTINCT ON (p.alone, p.gx, p.gy) t.*
                          FROM {table} t, LATERAL {seen} p
                         WHERE t.geom_3857 && e.m {rows} AND (p.alone IS NULL OR p.side >= $4)
                         ORDER BY p.alone, p.gx, p.gy, t.id) t
         ORDER BY t.id) q

-- name: seen
(SELECT CASE WHEN ST_Dimension(t.geom_3857) > 0 THEN t.id END AS alone,
        floor(ST_XMin(t.geom_3857) / {cell}) AS gx, floor(ST_YMin(t.geom_3857) / {cell}) AS gy,
        greatest(ST_XMax(t.geom_3857) - ST_XMin(t.geom_3857),
                 ST_YMax(t.geom_3857) - ST_YMin(t.geom_3857)) AS side)

-- name: tier
SELECT ST_AsMVT(q, {slug}, 4096, 'geom', 'id'), count(*), coalesce(bool_or(q.point_count > 1), false)
  FROM (SELECT {geometry} AS geom, t.id, nullif(t.n, 1) AS point_count {columns}
          FROM (SELECT ST_TileEnvelope($1, $2, $3) AS b,
                       ST_TileEnvelope($1, $2, $3, margin => 0.015625) AS m) e
          JOIN {table} t ON t.geom_3857 && {reach}
         ORDER BY t.id) q

-- name: clipped
ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true)

-- name: moved
CASE WHEN t.geom_3857 @ e.m THEN ST_Translate(t.drawn, -4096::float8 * $2, -4096::float8 * $3)
     ELSE ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true) END

-- name: tier_value
, CASE WHEN t.n = 1 OR t.{w} > 1 THEN t.{c} END AS {name}

-- name: tier_mean
, t.{c} / nullif(t.{w}, 0) AS {name}

-- name: shape
t.geom_3857

-- name: cut
ST_AsMVTGeom({geometry}, e.b, 4096, 64, true)

-- name: placed
CASE WHEN {z} BETWEEN 14 AND 20 AND t.geom_breadth > {least} / 2 ^ {z}
          AND t.geom_3857 @ ST_Expand(e.b, -4)
     THEN ST_Affine(t.geom_3857, 4096 / {world} * 2 ^ {z}, 0, 0, -4096 / {world} * 2 ^ {z},
                    4096 * (2 ^ {z} / 2 - {x}) + 0.5, 4096 * (2 ^ {z} / 2 - {y}) + 0.5)
     WHEN {z} <= 20 AND abs(t.geom_breadth) > {least} / 2 ^ {z}
          AND t.geom_3857 @ ST_Expand(e.m, -4)
     THEN ST_SnapToGrid(ST_Affine(
              t.geom_3857, 4096 / {world} * 2 ^ {z}, 0, 0, -4096 / {world} * 2 ^ {z},
              4096 * (2 ^ {z} / 2 - {x}), 4096 * (2 ^ {z} / 2 - {y})), 1)
     ELSE ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true) END

-- name: snapped
(SELECT CASE WHEN ST_IsEmpty(s.g) IS NOT FALSE THEN t.geom_3857 ELSE s.g END
   FROM (SELECT ST_SnapToGrid(t.geom_3857, {snap}) AS g OFFSET 0) s)

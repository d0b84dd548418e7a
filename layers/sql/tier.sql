-- Sums are of whole numbers (centimetres, dm²) or in the order of the ids: whatever was made at one
-- go or mended cell by cell is the same to the bit. Numbers beyond all measure are left out: their sum would
-- refuse the layer. density: how much the fullest tile of each zoom holds. point: the middle of the
-- points. polygon: a cell half covered is drawn whole, another as much smaller as less is covered.

-- name: waiting
SELECT slug FROM gis.layer
 WHERE kind = 'vector' AND table_name IS NOT NULL AND feature_count > {least}
   AND geometry_type IN ('point', 'line', 'polygon') AND tiered_epoch <> epoch
 ORDER BY slug

-- name: forget
DELETE FROM gis.tier WHERE layer_id = {layer}

-- name: add
INSERT INTO gis.tier (layer_id, z, table_name, kind, from_base, fields, filter, snap_px, rule)
VALUES (%(layer)s, %(z)s, %(table_name)s, %(kind)s, %(from_base)s, %(fields)s, %(filter)s,
        %(snap_px)s, %(rule)s)

-- name: settled
UPDATE gis.layer SET tiered_epoch = epoch WHERE id = {layer}

-- name: number
SELECT nextval('gis.tier_number')

-- name: alone
SELECT pg_advisory_xact_lock(hashtextextended('gishue tiers ' || {layer}, 0))

-- name: steady
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- name: memory
SET LOCAL work_mem = '64MB'

-- name: density
WITH held AS MATERIALIZED (
    SELECT floor((cx + {half}) / {side})::int AS x, floor(({half} - cy) / {side})::int AS y,
           count(*) AS n, sum(points) AS points
      FROM (SELECT (ST_XMin(t.geom_3857) + ST_XMax(t.geom_3857)) / 2 AS cx,
                   (ST_YMin(t.geom_3857) + ST_YMax(t.geom_3857)) / 2 AS cy,
                   ST_NPoints(t.geom_3857) AS points
              FROM {table} t WHERE t.geom_3857 IS NOT NULL OFFSET 0) p
     WHERE abs(cx) < {half} AND abs(cy) < {half}
     GROUP BY 1, 2)
SELECT z, max(n)::bigint, max(points)::bigint
  FROM generate_series(0, {nearest}) z,
       LATERAL (SELECT sum(n) AS n, sum(points) AS points FROM held
                 GROUP BY x >> ({nearest} - z), y >> ({nearest} - z)) f
 GROUP BY z ORDER BY z

-- name: create
CREATE TABLE {tier} (
    gx int NOT NULL,
    gy int NOT NULL,
    id bigint NOT NULL,
    n int NOT NULL,
    sx bigint NOT NULL,
    sy bigint NOT NULL,
    weight bigint NOT NULL,
    {columns}
    geom_3857 geometry(Geometry, 3857) NOT NULL
    {drawn}
)

-- The shape on the grid of the zoom, in units of a tile from the north-west of the world: a tile
-- that holds it whole only moves it. Drawing it anew for every tile costs three times as much.
-- name: drawn
, drawn geometry GENERATED ALWAYS AS (ST_AsMVTGeom(
    geom_3857, ST_MakeEnvelope(-{half}, -{half}, {half}, {half}, 3857)::box2d, {extent}, 0, false))
    STORED

-- name: index_place
CREATE INDEX ON {tier} USING gist (geom_3857)

-- name: index_cell
CREATE INDEX ON {tier} (gx, gy)

-- name: analyze
ANALYZE {tier}

-- name: from_base
SELECT b.id, b.gx, b.gy, 1 AS n, b.sx, b.sy, b.weight, {columns}
       CASE WHEN b.weight >= {least} THEN b.geom_3857 END AS geom
  FROM (SELECT p.*, floor((p.cx + {half}) / {side})::int AS gx,
               floor(({half} - p.cy) / {side})::int AS gy,
               round(p.cx * 100)::bigint AS sx, round(p.cy * 100)::bigint AS sy
          FROM (SELECT t.id, {values} t.geom_3857, {weight} AS weight,
                       (ST_XMin(t.geom_3857) + ST_XMax(t.geom_3857)) / 2 AS cx,
                       (ST_YMin(t.geom_3857) + ST_YMax(t.geom_3857)) / 2 AS cy
                  FROM {table} t WHERE t.geom_3857 IS NOT NULL {rows} {near} OFFSET 0) p
         WHERE abs(p.cx) < {half} AND abs(p.cy) < {half}) b
 WHERE true {among}

-- name: near
AND t.id IN (SELECT h.id FROM ({cells}) c
               JOIN {table} h ON h.geom_3857 && ST_MakeEnvelope(
                   c.gx * {side} - {half}, {half} - (c.gy + 1) * {side},
                   (c.gx + 1) * {side} - {half}, {half} - c.gy * {side}, 3857))

-- name: among
AND (b.gx, b.gy) IN ({cells})

-- name: from_finer
SELECT f.id, f.gx >> 1 AS gx, f.gy >> 1 AS gy, f.n, f.sx, f.sy, f.weight, {columns}
       CASE WHEN f.n = 1 AND f.weight >= {least} THEN f.geom_3857 END AS geom
  FROM {finer} f
 WHERE true {among}

-- name: among_finer
AND (f.gx, f.gy) IN (SELECT c.gx * 2 + a, c.gy * 2 + b
                       FROM ({cells}) c, generate_series(0, 1) a, generate_series(0, 1) b)

-- name: cells
SELECT * FROM unnest({xs}::int[], {ys}::int[]) AS c(gx, gy)

-- name: clear
DELETE FROM {tier} t WHERE (t.gx, t.gy) IN ({cells})

-- name: told
 RETURNING id, ST_XMin(geom_3857), ST_YMin(geom_3857), ST_XMax(geom_3857), ST_YMax(geom_3857)

-- name: value
t.{c}, (t.{c} IS NOT NULL)::int AS {w}

-- name: number_value
CASE WHEN abs(t.{c}) < 1e280 THEN t.{c} END AS {c}, (abs(t.{c}) < 1e280)::int AS {w}

-- name: sum
sum({c} ORDER BY id) AS {c}, coalesce(sum({w}), 0)::int AS {w}

-- name: mode
LEFT JOIN (SELECT DISTINCT ON (gx, gy) gx, gy, {c}, {w}
             FROM (SELECT gx, gy, {c}, sum({w})::int AS {w} FROM source
                    WHERE geom IS NULL AND {c} IS NOT NULL GROUP BY gx, gy, {c}) v
            ORDER BY gx, gy, {w} DESC, {c}) {m} ON {m}.gx = c.gx AND {m}.gy = c.gy

-- name: snapped
(SELECT CASE WHEN ST_IsEmpty(g) IS NOT FALSE THEN geom ELSE g END
   FROM (SELECT ST_SnapToGrid(geom, {snap}) AS g OFFSET 0) s)

-- name: straightened
(SELECT CASE WHEN ST_IsEmpty(g) IS NOT FALSE THEN geom ELSE g END
   FROM (SELECT ST_Simplify(geom, {snap}) AS g OFFSET 0) s)

-- name: fill
INSERT INTO {tier} (gx, gy, id, n, sx, sy, weight, {columns} geom_3857) {rows}

-- name: counted
WITH source AS MATERIALIZED ({source})
SELECT gx, gy, id, n, sx, sy, weight, {columns} {shown} AS geom_3857
  FROM source WHERE geom IS NOT NULL
UNION ALL
SELECT c.gx, c.gy, CASE WHEN c.n = 1 THEN c.id ELSE {first} + (c.gy::bigint << {bits}) + c.gx END,
       c.n, c.sx, c.sy, c.weight, {held} {shape}
  FROM (SELECT gx, gy, min(id) AS id, sum(n)::int AS n, sum(sx)::bigint AS sx,
               sum(sy)::bigint AS sy, sum(weight)::bigint AS weight, {sums}
               gx * {side} - {half} AS west, {half} - gy * {side} AS north
          FROM source WHERE geom IS NULL GROUP BY gx, gy) c
  {modes}

-- name: point
ST_SetSRID(ST_MakePoint(c.sx / (100.0 * c.n)::float8, c.sy / (100.0 * c.n)::float8), 3857)

-- name: polygon
(SELECT ST_MakeEnvelope(p.x - d.half, p.y - d.half, p.x + d.half, p.y + d.half, 3857)
   FROM (SELECT {side} / 2 * least(1, greatest(0.25,
                sqrt(c.weight / (50 * {side} * {side}))::float8)) AS half) d,
        LATERAL (SELECT
            least(greatest(c.sx / (100.0 * c.n)::float8, c.west + d.half), c.west + {side} - d.half) AS x,
            least(greatest(c.sy / (100.0 * c.n)::float8, c.north - {side} + d.half), c.north - d.half) AS y) p)

-- name: lines
SELECT gx, gy, id, n, sx, sy, weight, {columns} {shown}
  FROM (SELECT s.*, row_number() OVER (PARTITION BY gx, gy ORDER BY weight DESC, id) AS place
          FROM ({source}) s WHERE s.geom IS NOT NULL) r
 WHERE place <= {most}

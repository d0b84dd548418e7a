-- name: drop
DROP TABLE IF EXISTS pg_temp.change, pg_temp.staged, pg_temp.pairing, pg_temp.was

-- name: hold
CREATE TEMP TABLE change (
    n bigint PRIMARY KEY,
    op text NOT NULL,
    id bigint,
    version bigint,
    props jsonb NOT NULL,
    drawn boolean NOT NULL,
    shape text
) ON COMMIT DROP

-- name: fill
COPY pg_temp.change (n, op, id, version, props, drawn, shape) FROM STDIN

-- name: look
ANALYZE pg_temp.change

-- name: clashes
SELECT c.n, c.id, t.version
  FROM pg_temp.change c LEFT JOIN {table} t ON t.id = c.id AND {rows}
 WHERE c.op <> 'add' AND (t.id IS NULL OR t.version <> c.version)
 ORDER BY c.n

-- name: stage
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT c.n AS id, {values}
       (CASE WHEN c.drawn THEN {shape} ELSE t.geom END)::geometry({geometry}, {srid}) AS geom
  FROM pg_temp.change c LEFT JOIN {table} t ON t.id = c.id
 WHERE c.op <> 'remove'

-- name: value
CASE WHEN c.props ? {name} THEN (c.props ->> {name})::{type} ELSE t.{column} END AS {column}

-- name: brought
-- From VN-2000 to WGS 84 and back a place comes 0.3 mm beside itself, for both ways drop the height:
-- along a border of 100 m neighbours would overlap. Over a feature that is the same everywhere.
(SELECT coalesce(ST_Translate(g, ST_X(p) - ST_X(q), ST_Y(p) - ST_Y(q)), g)
   FROM (SELECT g, p, ST_Transform(ST_Transform(p, {asked}), {srid}) AS q
           FROM (SELECT g, ST_Centroid(ST_Envelope(g)) AS p
                   FROM (SELECT ST_Transform({drawn}, {srid}) AS g) here) middle) back)

-- name: key
ALTER TABLE pg_temp.staged ADD PRIMARY KEY (id)

-- name: broken
SELECT s.id, ST_IsEmpty(s.geom), ST_IsValidReason(s.geom)
  FROM pg_temp.staged s JOIN pg_temp.change c ON c.n = s.id
 WHERE c.drawn AND s.geom IS NOT NULL AND (ST_IsEmpty(s.geom) OR NOT ST_IsValid(s.geom))
 ORDER BY s.id

-- name: pair
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT l.id AS live_id, s.id AS staged_id, l.version, l.id AS feature_id,
       CASE WHEN c.op = 'add' THEN 'added' WHEN c.op = 'remove' THEN 'removed'
            WHEN {differs} OR s.geom IS DISTINCT FROM l.geom THEN 'changed'
            ELSE 'unchanged' END AS what,
       s.geom IS DISTINCT FROM l.geom AS moved
  FROM pg_temp.change c
  LEFT JOIN pg_temp.staged s ON s.id = c.n
  LEFT JOIN {table} l ON l.id = c.id

-- name: off_ground
SELECT p.feature_id, p.staged_id
  FROM pg_temp.pairing p
  LEFT JOIN pg_temp.staged s ON s.id = p.staged_id
  LEFT JOIN {table} l ON l.id = p.live_id
 WHERE p.live_id IS NOT NULL AND NOT {was_inside} OR p.staged_id IS NOT NULL AND NOT {is_inside}
 LIMIT 1

-- redrawn: whether a derived table shows the feature otherwise from now on.
-- name: was
CREATE TEMP TABLE was ON COMMIT DROP AS
SELECT l.id, l.geom_3857 AS geom, (p.what = 'removed' OR p.moved OR {redrawn}) AS redrawn
  FROM pg_temp.pairing p JOIN {table} l ON l.id = p.live_id
  LEFT JOIN pg_temp.staged s ON s.id = p.staged_id
 WHERE p.what IN ('changed', 'removed')

-- name: boxes
SELECT ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g), bool_or(redrawn)
  FROM (SELECT w.geom AS g, w.redrawn FROM pg_temp.was w
         UNION ALL
        SELECT t.geom_3857, coalesce(w.redrawn, true)
          FROM {table} t JOIN pg_temp.pairing p ON p.feature_id = t.id
          LEFT JOIN pg_temp.was w ON w.id = t.id
         WHERE p.what IN ('changed', 'added')) both_ways
 WHERE g IS NOT NULL AND NOT ST_IsEmpty(g)
 GROUP BY 1, 2, 3, 4
 LIMIT %(limit)s

-- name: extent
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
  FROM (SELECT ST_Extent(t.geom_3857) AS e
          FROM {table} t JOIN pg_temp.pairing p ON p.feature_id = t.id
         WHERE p.what IN ('changed', 'added')) new_ones

-- name: old_extent
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
  FROM (SELECT ST_Extent(w.geom) AS e FROM pg_temp.was w) old_ones

-- name: ids
SELECT feature_id, what FROM pg_temp.pairing
 WHERE what <> 'unchanged' ORDER BY staged_id, live_id

-- The key is looked for among the features that do not change too, once for every edit: an index.
-- name: index_values
CREATE INDEX IF NOT EXISTS {index} ON {table} USING hash ({column})

-- name: taken
SELECT p.staged_id, t.{column} IS NULL
  FROM pg_temp.pairing p JOIN {table} t ON t.id = p.feature_id
 WHERE p.what IN ('changed', 'added')
   AND ({needed} AND t.{column} IS NULL
        OR EXISTS (SELECT FROM {table} o WHERE o.{column} = t.{column} AND o.id <> t.id))
 ORDER BY p.staged_id

-- What two polygons share before and after, EPSG:3857, square metres. A pair that shared as much
-- before is left alone: mending one border after the other must be possible.
-- name: overlaps
SELECT n, id, other
  FROM (SELECT p.staged_id AS n, t.id, o.id AS other,
               ST_Area(ST_Intersection(ST_MakeValid(t.geom_3857), ST_MakeValid(o.geom_3857))) AS now,
               CASE WHEN w.id IS NULL OR q.what = 'added' THEN 0
                    ELSE coalesce(ST_Area(ST_Intersection(ST_MakeValid(w.geom),
                              ST_MakeValid(coalesce(v.geom, o.geom_3857)))), 0) END AS before
          FROM pg_temp.pairing p
          JOIN {table} t ON t.id = p.feature_id
          JOIN {table} o ON o.geom_3857 && t.geom_3857 AND o.id <> t.id
          LEFT JOIN pg_temp.was w ON w.id = t.id
          LEFT JOIN pg_temp.was v ON v.id = o.id
          LEFT JOIN pg_temp.pairing q ON q.feature_id = o.id
         WHERE (p.what = 'added' OR p.what = 'changed' AND p.moved)
           AND ST_Intersects(t.geom_3857, o.geom_3857)) shared
 WHERE now > before + %(slack_m2)s
 ORDER BY n, other LIMIT %(limit)s

-- name: stage_undone
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT t.id, {columns} t.geom FROM {past} t WHERE t.until = %(revision)s

-- name: pair_undone
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT l.id AS live_id, s.id AS staged_id, l.version, s.id AS feature_id,
       CASE WHEN l.id IS NULL THEN 'added' ELSE 'changed' END AS what,
       s.geom IS DISTINCT FROM l.geom AS moved
  FROM pg_temp.staged s LEFT JOIN {table} l ON l.id = s.id
 UNION ALL
SELECT l.id, NULL, l.version, l.id, 'removed', false
  FROM {table} l
 WHERE l.version = %(revision)s
   AND NOT EXISTS (SELECT FROM {past} p WHERE p.id = l.id AND p.until = %(revision)s)

-- Features that went on after the revision: changed again, removed, or come back.
-- name: gone_on
SELECT DISTINCT q.id, l.version
  FROM (SELECT id FROM {past} WHERE version = %(revision)s AND until > %(revision)s
         UNION
        SELECT p.id FROM {past} p JOIN {table} t ON t.id = p.id
         WHERE p.until = %(revision)s AND t.version > %(revision)s
         UNION
        SELECT p.id FROM {past} p JOIN {past} r ON r.id = p.id AND r.version > %(revision)s
         WHERE p.until = %(revision)s) q
  LEFT JOIN {table} l ON l.id = q.id
 ORDER BY q.id

-- name: stage_one
CREATE TEMP TABLE staged ON COMMIT DROP AS
SELECT t.id, {columns} t.geom FROM {source} t WHERE t.id = %(id)s

-- name: pair_one
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT l.id AS live_id, s.id AS staged_id, l.version, s.id AS feature_id,
       CASE WHEN l.id IS NULL THEN 'added'
            WHEN {differs} OR s.geom IS DISTINCT FROM l.geom THEN 'changed'
            ELSE 'unchanged' END AS what,
       s.geom IS DISTINCT FROM l.geom AS moved
  FROM pg_temp.staged s LEFT JOIN {table} l ON l.id = s.id

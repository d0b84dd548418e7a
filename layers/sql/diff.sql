-- name: drop
DROP TABLE IF EXISTS pg_temp.pairing, pg_temp.live_print, pg_temp.staged_print

-- name: roomy
SET LOCAL work_mem = '64MB'

-- name: by_key
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT l.id AS live_id, s.id AS staged_id, l.version, l.id AS feature_id,
       CASE WHEN s.id IS NULL THEN 'removed' WHEN l.id IS NULL THEN 'added'
            WHEN {differs} OR {moved} THEN 'changed' ELSE 'unchanged' END AS what,
       {moved} AS moved
  FROM {live} l FULL JOIN {staged} s ON {theirs} = {ours}

-- Rows of one key beyond the first leave the layer.
-- name: first_of_key
UPDATE pg_temp.pairing p SET staged_id = NULL, what = 'removed'
  FROM (SELECT staged_id, min(live_id) AS first FROM pg_temp.pairing
         WHERE staged_id IS NOT NULL GROUP BY staged_id HAVING count(*) > 1) twice
 WHERE p.staged_id = twice.staged_id AND p.live_id <> twice.first

-- Two hashes of 64 bits: the rows of a layer are told apart, though a stranger might forge a pair.
-- name: print
CREATE TEMP TABLE {name} ON COMMIT DROP AS
SELECT id, h, i, row_number() OVER (PARTITION BY h, i ORDER BY id) AS nth
  FROM (SELECT t.id, hash_record_extended(ROW({values} ST_AsEWKB(t.geom)), 0) AS h,
               hash_record_extended(ROW({values} ST_AsEWKB(t.geom)), 1) AS i
          FROM {table} t) p

-- name: by_content
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT a.id AS live_id, b.id AS staged_id, l.version, a.id AS feature_id,
       CASE WHEN b.id IS NULL THEN 'removed' WHEN a.id IS NULL THEN 'added'
            WHEN {differs} THEN 'changed' ELSE 'unchanged' END AS what,
       false AS moved
  FROM pg_temp.live_print a FULL JOIN pg_temp.staged_print b USING (h, i, nth)
  LEFT JOIN {live} l ON l.id = a.id
  LEFT JOIN {staged} s ON s.id = b.id

-- name: all_added
CREATE TEMP TABLE pairing ON COMMIT DROP AS
SELECT NULL::bigint AS live_id, s.id AS staged_id, NULL::bigint AS version,
       NULL::bigint AS feature_id, 'added' AS what, false AS moved
  FROM {staged} s

-- name: forget_removed
DELETE FROM pg_temp.pairing WHERE what = 'removed'

-- name: analyze
ANALYZE pg_temp.pairing

-- name: counts
SELECT what, count(*) FROM pg_temp.pairing GROUP BY what

-- name: rows
SELECT p.what, p.live_id, p.staged_id, p.moved,
       CASE WHEN l.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {before}) q) END,
       CASE WHEN s.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {after}) q) END
  FROM (SELECT what, live_id, staged_id, moved,
               array_position(ARRAY['changed', 'added', 'removed'], what) AS rank
          FROM pg_temp.pairing
         WHERE what <> 'unchanged'
           AND (array_position(ARRAY['changed', 'added', 'removed'], what),
                coalesce(live_id, staged_id)) > (%(rank)s, %(id)s)
         ORDER BY rank, coalesce(live_id, staged_id) LIMIT %(limit)s) p
  LEFT JOIN {live} l ON l.id = p.live_id
  LEFT JOIN {staged} s ON s.id = p.staged_id
 ORDER BY p.rank, coalesce(p.live_id, p.staged_id)

-- name: features
SELECT p.what, p.live_id, p.staged_id, p.moved,
       CASE WHEN l.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {before}) q) END,
       CASE WHEN s.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {after}) q) END,
       ST_AsGeoJSON(coalesce(ST_Transform(s.geom, 4326), ST_Transform(l.geom, 4326)), 7, 0)
  FROM pg_temp.pairing p
  LEFT JOIN {live} l ON l.id = p.live_id
  LEFT JOIN {staged} s ON s.id = p.staged_id
 WHERE p.what <> 'unchanged'
 ORDER BY array_position(ARRAY['changed', 'added', 'removed'], p.what),
          coalesce(p.live_id, p.staged_id)

-- name: key_twice_rows
SELECT id FROM (SELECT id, {column} AS value, count(*) OVER (PARTITION BY {column}) AS n
                  FROM {table}) one
 WHERE n > 1 OR value IS NULL ORDER BY id LIMIT %(limit)s

-- name: key_twice
SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {table} GROUP BY {column}
                                 HAVING count(*) > 1 OR {column} IS NULL) twice

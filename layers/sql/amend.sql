-- name: number
UPDATE pg_temp.pairing p SET feature_id = n.id
  FROM (SELECT staged_id, %(last)s::bigint + row_number() OVER (ORDER BY staged_id) AS id
          FROM pg_temp.pairing WHERE what = 'added') n
 WHERE p.what = 'added' AND p.staged_id = n.staged_id

-- name: number_as_staged
UPDATE pg_temp.pairing SET feature_id = staged_id WHERE what = 'added'

-- name: last_id
SELECT coalesce(max(id), 0) FROM {table}

-- name: remove
DELETE FROM {table} t USING pg_temp.pairing p WHERE p.what = 'removed' AND t.id = p.live_id

-- name: change
UPDATE {table} t SET {values} version = %(revision)s
  FROM pg_temp.pairing p JOIN {staged} s ON s.id = p.staged_id
 WHERE p.what = 'changed' AND NOT p.moved AND t.id = p.live_id

-- name: move
UPDATE {table} t SET {values} version = %(revision)s, geom = s.geom
  FROM pg_temp.pairing p JOIN {staged} s ON s.id = p.staged_id
 WHERE p.what = 'changed' AND p.moved AND t.id = p.live_id

-- name: add
INSERT INTO {table} (id, version, {columns} geom)
SELECT p.feature_id, %(revision)s, {values} s.geom
  FROM pg_temp.pairing p JOIN {staged} s ON s.id = p.staged_id
 WHERE p.what = 'added'

-- name: rebuild
INSERT INTO {table} (id, version, {columns} geom)
SELECT p.feature_id, CASE p.what WHEN 'unchanged' THEN p.version ELSE %(revision)s END,
       {values} s.geom
  FROM pg_temp.pairing p JOIN {staged} s ON s.id = p.staged_id

-- name: missing
SELECT t.id, NULL::text FROM {table} t WHERE t.{column} IS NULL OR t.{column}::text = ''

-- name: outside_values
SELECT t.id, t.{column}::text FROM {table} t
 WHERE t.{column} IS NOT NULL AND NOT t.{column}::text = ANY (%(values)s)

-- name: outside_range
SELECT t.id, t.{column}::text FROM {table} t
 WHERE t.{column} < %(minimum)s::float8 OR t.{column} > %(maximum)s::float8

-- name: too_long
SELECT t.id, left(t.{column}, 80) FROM {table} t WHERE char_length(t.{column}) > %(length)s

-- name: repeated
SELECT r.id, left(r.value, 80)
  FROM (SELECT t.id, t.{column}::text AS value, count(*) OVER (PARTITION BY t.{column}) AS n
          FROM {table} t WHERE t.{column} IS NOT NULL) r
 WHERE r.n > 1

-- name: counted
WITH found AS MATERIALIZED ({found})
SELECT (SELECT count(*) FROM found), f.id, f.value
  FROM (SELECT id, value FROM found AS f(id, value) ORDER BY id LIMIT %(kept)s) f

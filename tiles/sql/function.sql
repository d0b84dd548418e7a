-- name: call
SELECT CASE WHEN octet_length(f.tile) <= %(most)s THEN f.tile END, octet_length(f.tile)
  FROM (SELECT {function}(%(z)s::int, %(x)s::int, %(y)s::int, %(params)s::jsonb) AS tile
        OFFSET 0) f

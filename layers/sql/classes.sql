-- What is longer is no category that a legend could name.
-- name: values
SELECT t.{column} AS value, count(*)
  FROM {table} t
 WHERE {where} AND length(t.{column}::text) <= 200
 GROUP BY t.{column}
 ORDER BY count(*) DESC, t.{column}
 LIMIT %(most)s

-- Infinity and NaN are numbers to PostgreSQL, and to no map.
-- name: steps
SELECT percentile_disc(ARRAY(SELECT i / %(steps)s::double precision
                               FROM generate_series(0, %(steps)s) i))
         WITHIN GROUP (ORDER BY t.{column}::double precision)
  FROM {table} t
 WHERE {where} AND t.{column}::double precision > '-Infinity'
   AND t.{column}::double precision < 'Infinity'

-- name: kept
WITH found (id, value) AS MATERIALIZED ({found}),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
    SELECT %(upload_id)s, %(code)s, id, jsonb_build_object('field', %(field)s::text, 'value', value)
      FROM found ORDER BY id LIMIT %(kept)s)
SELECT count(*) FROM found

-- name: value_missing
SELECT t.id, NULL::text FROM {table} t WHERE t.{column} IS NULL OR btrim(t.{column}::text) = ''

-- name: value_not_listed
SELECT t.id, left(t.{column}::text, 80) FROM {table} t
 WHERE btrim(t.{column}::text) <> '' AND NOT t.{column}::text = ANY (%(values)s)

-- name: value_out_of_range
SELECT t.id, t.{column}::text FROM {table} t
 WHERE t.{column} < %(minimum)s OR t.{column} > %(maximum)s

-- name: value_too_long
SELECT t.id, left(t.{column}, 80) FROM {table} t WHERE char_length(t.{column}) > %(length)s

-- name: value_not_unique
SELECT r.id, left(r.value, 80)
  FROM (SELECT t.id, t.{column}::text AS value, count(*) OVER (PARTITION BY t.{column}) AS n
          FROM {table} t WHERE t.{column} IS NOT NULL) r
 WHERE r.n > 1

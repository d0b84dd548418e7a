-- name: settings
SELECT set_config('statement_timeout', %(timeout)s, true), set_config('work_mem', %(memory)s, true)

-- name: current
SELECT current_setting('statement_timeout'), current_setting('work_mem')

-- name: drop_alike
DROP TABLE IF EXISTS pg_temp.checked_alike

-- name: alike
CREATE TEMPORARY TABLE checked_alike ON COMMIT DROP AS
WITH suspect AS MATERIALIZED ({suspects}),
shape AS MATERIALIZED (
    SELECT t.id, ST_Normalize(t.geom) AS geom FROM {table} t JOIN suspect USING (id))
SELECT id, first_id, is_null
  FROM (SELECT id, geom IS NULL AS is_null, min(id) OVER same AS first_id, count(*) OVER same AS n
          FROM shape WINDOW same AS (PARTITION BY geom)) grouped
 WHERE n > 1

-- name: suspects_named
SELECT unnest({ids}::bigint[]) AS id

-- name: suspects_sought
SELECT id FROM {table}
 WHERE geom IS NULL OR geometry_hash(ST_Envelope(geom)) IN (
       SELECT geometry_hash(ST_Envelope(geom)) FROM {table}
        WHERE geom IS NOT NULL GROUP BY 1 HAVING count(*) > 1)

-- name: ensure_alike
CREATE TEMPORARY TABLE IF NOT EXISTS checked_alike (id bigint, first_id bigint, is_null boolean)
    ON COMMIT DROP

-- name: duplicate_geometry
WITH found AS MATERIALIZED (
    SELECT id, first_id FROM pg_temp.checked_alike WHERE id <> first_id AND NOT is_null),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
    SELECT %(upload_id)s, 'duplicate_geometry', id, jsonb_build_object('same_as', first_id)
      FROM found ORDER BY id LIMIT %(kept)s)
SELECT count(*) FROM found

-- name: duplicate_row
WITH found AS MATERIALIZED (
    SELECT id, first_row
      FROM (SELECT t.id, min(t.id) OVER (PARTITION BY {columns} a.first_id) AS first_row
              FROM pg_temp.checked_alike a JOIN {table} t USING (id)) grouped
     WHERE id <> first_row),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
    SELECT %(upload_id)s, 'duplicate_row', id, jsonb_build_object('same_as', first_row)
      FROM found ORDER BY id LIMIT %(kept)s)
SELECT count(*) FROM found

-- name: overlap
WITH sample AS MATERIALIZED (
    SELECT id, geom FROM generate_series(1, %(rows)s, %(step)s) AS n(id) JOIN {table} USING (id)
     WHERE geom IS NOT NULL AND ST_Dimension(geom) = 2),
pair AS MATERIALIZED (
    SELECT s.id, t.id AS other,
           ST_Intersection(ST_Transform(s.geom, %(metric)s), ST_Transform(t.geom, %(metric)s))
             AS shape
      FROM sample s JOIN {table} t ON t.geom && s.geom
     WHERE (t.id > s.id OR (t.id < s.id AND (t.id - 1) %% %(step)s <> 0))
       AND ST_Dimension(t.geom) = 2
       AND least(ST_XMax(s.geom), ST_XMax(t.geom)) > greatest(ST_XMin(s.geom), ST_XMin(t.geom))
       AND least(ST_YMax(s.geom), ST_YMax(t.geom)) > greatest(ST_YMin(s.geom), ST_YMin(t.geom))
       AND NOT EXISTS (SELECT 1 FROM pg_temp.checked_alike a JOIN pg_temp.checked_alike b
                                  ON a.first_id = b.first_id
                        WHERE a.id = s.id AND b.id = t.id)),
found AS MATERIALIZED (
    SELECT id, other, ST_Area(shape) AS area, ST_CollectionExtract(shape, 3) AS shape
      FROM pair WHERE ST_Area(shape) > %(area)s),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail, geom)
    SELECT %(upload_id)s, 'overlap', id,
           jsonb_build_object('other', other, 'area_m2', round(area::numeric, 3)),
           CASE WHEN ST_NPoints(shape) <= %(vertices)s THEN ST_Transform(shape, 4326)
                ELSE ST_Transform(ST_PointOnSurface(shape), 4326) END
      FROM found ORDER BY area DESC LIMIT %(kept)s)
SELECT count(*), coalesce(sum(area), 0) FROM found

-- name: gap
WITH seed AS MATERIALIZED (
    SELECT id, geom FROM generate_series(1, %(rows)s, %(step)s) AS n(id) JOIN {table} USING (id)
     WHERE geom IS NOT NULL ORDER BY id LIMIT %(blocks)s),
near AS MATERIALIZED (
    -- Only shapes that touch can enclose a gap; a union of shapes that do not is slow (GEOS 3.11).
    SELECT s.id AS seed, beside.geom, ST_ClusterDBSCAN(beside.geom, 0, 1) OVER block AS cluster
      FROM seed s CROSS JOIN LATERAL (
           SELECT ST_Transform(t.geom, %(metric)s) AS geom FROM {table} t
            WHERE t.geom IS NOT NULL AND ST_Dimension(t.geom) = 2
            ORDER BY t.geom <-> s.geom LIMIT %(size)s) beside
    WINDOW block AS (PARTITION BY s.id)),
block AS MATERIALIZED (
    SELECT ST_Union(geom) AS geom FROM near GROUP BY seed, cluster HAVING count(*) > 1),
ring AS (
    SELECT (ST_DumpRings(part.geom)).*
      FROM block CROSS JOIN LATERAL ST_Dump(block.geom) part
     WHERE ST_GeometryType(part.geom) = 'ST_Polygon'),
hole AS MATERIALIZED (
    SELECT DISTINCT ON (ST_AsBinary(ST_Normalize(geom))) geom, ST_Area(geom) AS area
      FROM ring
     WHERE path[1] > 0 AND ST_Area(geom) > %(area)s
       AND 2 * ST_Area(geom) < %(width)s * ST_Perimeter(geom)),
found AS MATERIALIZED (
    SELECT hole.geom, hole.area, beside.ids
      FROM hole CROSS JOIN LATERAL (
           SELECT array_agg(t.id ORDER BY t.id) AS ids,
                  sum(ST_Area(ST_Intersection(ST_Transform(t.geom, %(metric)s), hole.geom)))
                    AS filled
             FROM {table} t
            WHERE t.geom && ST_Transform(ST_Expand(hole.geom, 0.01), %(srid)s)
              AND ST_DWithin(ST_Transform(t.geom, %(metric)s), hole.geom, 0.001)) beside
     WHERE cardinality(beside.ids) > 1 AND beside.filled < %(area)s),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail, geom)
    SELECT %(upload_id)s, 'gap', ids[1],
           jsonb_build_object('area_m2', round(area::numeric, 3), 'beside', to_jsonb(ids[1:10])),
           CASE WHEN ST_NPoints(geom) <= %(vertices)s THEN ST_Transform(geom, 4326)
                ELSE ST_Transform(ST_PointOnSurface(geom), 4326) END
      FROM found ORDER BY area DESC LIMIT %(kept)s)
SELECT count(*), coalesce(sum(area), 0) FROM found

-- name: near_duplicate_point
WITH sample AS MATERIALIZED (
    SELECT id, geom FROM generate_series(1, %(rows)s, %(step)s) AS n(id) JOIN {table} USING (id)
     WHERE geom IS NOT NULL AND ST_Dimension(geom) = 0),
found AS MATERIALIZED (
    SELECT s.id, t.id AS other, s.geom,
           ST_Distance(ST_Transform(s.geom, %(metric)s), ST_Transform(t.geom, %(metric)s)) AS away
      FROM sample s JOIN {table} t ON t.geom && ST_Expand(s.geom, %(reach)s)
     WHERE (t.id > s.id OR (t.id < s.id AND (t.id - 1) %% %(step)s <> 0))
       AND ST_Dimension(t.geom) = 0),
near AS MATERIALIZED (SELECT * FROM found WHERE away > 0 AND away <= %(distance)s),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail, geom)
    SELECT %(upload_id)s, 'near_duplicate_point', id,
           jsonb_build_object('other', other, 'distance_m', round(away::numeric, 4)),
           ST_Transform(geom, 4326)
      FROM near ORDER BY away LIMIT %(kept)s)
SELECT count(*) FROM near

-- name: dimensions
SELECT ST_Dimension(geom), count(*) FROM {table} WHERE geom IS NOT NULL GROUP BY 1

-- name: mixed_types
INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
SELECT %(upload_id)s, 'mixed_types', id,
       jsonb_build_object('type', replace(ST_GeometryType(geom), 'ST_', ''))
  FROM {table}
 WHERE geom IS NOT NULL AND ST_Dimension(geom) <> %(most)s
 ORDER BY id LIMIT %(kept)s

-- name: key_missing
WITH found AS MATERIALIZED (
    SELECT id FROM {table} WHERE {column} IS NULL OR {column}::text = ''),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
    SELECT %(upload_id)s, 'key_missing', id, jsonb_build_object('field', %(field)s::text)
      FROM found ORDER BY id LIMIT %(kept)s)
SELECT count(*) FROM found

-- name: key_duplicate
WITH twice AS MATERIALIZED (
    SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL
     GROUP BY 1 HAVING count(*) > 1),
found AS MATERIALIZED (
    SELECT id, value, first_id
      FROM (SELECT t.id, v.value, min(t.id) OVER (PARTITION BY v.value) AS first_id
              FROM {table} t JOIN twice v ON v.value = t.{column}) grouped
     WHERE id <> first_id),
put AS (
    INSERT INTO gis.finding_place (upload_id, code, feature_id, detail)
    SELECT %(upload_id)s, %(code)s, id,
           jsonb_build_object('field', %(field)s::text, 'value', left(value::text, 80),
                              'same_as', first_id)
      FROM found ORDER BY id LIMIT %(kept)s)
SELECT count(*) FROM found

-- name: columns
SELECT attname, null_frac, n_distinct FROM pg_stats
 WHERE schemaname = 'staging' AND tablename = %(name)s AND NOT inherited

-- name: is_empty
SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE {column} IS NOT NULL)

-- name: is_constant
WITH one AS MATERIALIZED (SELECT {column} AS value FROM {table} LIMIT 1)
SELECT left(value::text, 80) FROM one
 WHERE value IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM {table} WHERE {column} IS DISTINCT FROM (SELECT value FROM one))

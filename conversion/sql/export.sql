-- name: steady
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- name: patient
SET LOCAL statement_timeout = 0

-- name: geojson
SELECT json_build_object('type', 'Feature', 'id', t.id,
         'geometry', ST_AsGeoJSON({geometry}, 9, 0)::json,
         'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))::text
  FROM {table} t WHERE {where} ORDER BY t.id

-- name: rows
SELECT t.id, {columns} ST_AsBinary({geometry}) FROM {table} t WHERE {where} ORDER BY t.id

-- name: measure
SELECT ST_XMin(m.box), ST_YMin(m.box), ST_XMax(m.box), ST_YMax(m.box), coalesce(m.has_gaps, false)
  FROM (SELECT ST_Extent({geometry}) AS box, bool_or(t.geom IS NULL) AS has_gaps
          FROM {table} t WHERE {where}) m

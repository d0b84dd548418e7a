-- name: steady
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- name: patient
SET LOCAL statement_timeout = 0

-- name: geojson
SELECT json_build_object('type', 'Feature', 'id', t.id,
         'geometry', ST_AsGeoJSON(ST_Transform(t.geom, 4326), 7, 0)::json,
         'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))::text
  FROM {table} t ORDER BY t.id

-- name: rows
SELECT t.id, {columns} ST_AsBinary(t.geom) FROM {table} t ORDER BY t.id

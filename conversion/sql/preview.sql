-- name: sample
SELECT json_build_object('type', 'Feature',
         'geometry', ST_AsGeoJSON(ST_Simplify(ST_Transform(t.geom, 4326), %(tolerance)s, true),
                                  6, 0)::json,
         'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))
  FROM {table} t
 WHERE {rows} AND t.geom IS NOT NULL AND (t.id - 1) %% %(step)s = 0
 ORDER BY t.id
 LIMIT %(limit)s

-- name: roads
SELECT json_build_object('type', 'Feature', 'properties', json_build_object(),
         'geometry', ST_AsGeoJSON(ST_Transform(t.geom, 4326), 6, 0)::json)
  FROM {table} t
 WHERE {rows} AND ST_Dimension(t.geom) = 1
   AND t.geom_3857 && ST_Transform(
         ST_MakeEnvelope(%(xmin)s, %(ymin)s, %(xmax)s, %(ymax)s, 4326), 3857)
 ORDER BY t.id
 LIMIT %(limit)s

-- name: sample
SELECT json_build_object('type', 'Feature',
         'geometry', ST_AsGeoJSON(ST_Simplify(ST_Transform(t.geom, 4326), %(tolerance)s, true),
                                  6, 0)::json,
         'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))
  FROM {table} t
 WHERE t.geom IS NOT NULL AND (t.id - 1) %% %(step)s = 0
 ORDER BY t.id
 LIMIT %(limit)s

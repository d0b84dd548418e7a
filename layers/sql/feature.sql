-- name: one
SELECT json_build_object('type', 'Feature', 'id', t.id, 'version', t.version,
         'geometry', {geometry}, 'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))::text,
       t.version
  FROM {table} t WHERE t.id = %(id)s AND {where}

-- name: page
SELECT t.id,
       json_build_object('type', 'Feature', 'id', t.id, 'version', t.version,
         'geometry', {geometry}, 'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))::text
  FROM (SELECT * FROM {table} t WHERE {where} ORDER BY t.id LIMIT %(limit)s OFFSET %(offset)s) t
 ORDER BY t.id

-- name: count
SELECT count(*) FROM (SELECT 1 FROM {table} t WHERE {where} LIMIT %(cap)s) c

-- name: within
ST_Intersects(t.geom, (SELECT ST_Transform(ST_Segmentize(ST_MakeEnvelope({xmin}, {ymin}, {xmax}, {ymax}, {asked}), {step}), {srid})))

-- name: placeless
t.geom IS NULL

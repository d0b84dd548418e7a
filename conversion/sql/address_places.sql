-- name: addresses
SELECT id, concat_ws(', ', {address})
  FROM {table}
 WHERE id > %(after)s AND {ward} IS NOT NULL
 ORDER BY id LIMIT %(limit)s

-- name: move
UPDATE {table} t
   SET geom = ST_Transform(ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326), %(srid)s::int),
       {precision} = %(precision)s
  FROM unnest(%(ids)s::bigint[], %(lons)s::float8[], %(lats)s::float8[]) q(id, lon, lat)
 WHERE t.id = q.id

-- name: name_wards
UPDATE {table} t SET {name} = q.name
  FROM unnest(%(codes)s::text[], %(names)s::text[]) q(code, name)
 WHERE t.{ward} = q.code AND t.{name} IS NULL

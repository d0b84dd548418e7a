-- name: ward_at
SELECT {code}::text, {name}::text
  FROM {table} t
 WHERE ST_Covers(geom, ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), %(srid)s))
   AND {rows}
 ORDER BY id
 LIMIT 1

-- name: ward_near
SELECT {code}::text, {name}::text
  FROM {table} t
 WHERE ST_DWithin(ST_Transform(geom, 4326)::geography,
                  ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, %(accuracy_m)s)
   AND {rows}
 ORDER BY ST_Distance(ST_Transform(geom, 4326)::geography,
                      ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography), id
 LIMIT 1

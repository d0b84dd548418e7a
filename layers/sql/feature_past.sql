-- name: images
SELECT t.version, t.until, h.at, h.actor, h.action, h.message, g.at, g.actor, g.action, g.message,
       json_build_object('type', 'Feature', 'id', t.id, 'version', t.version,
         'geometry', ST_AsGeoJSON(ST_Transform(t.geom, 4326), 7, 0)::json,
         'properties', (SELECT row_to_json(p) FROM (SELECT {properties}) p))
  FROM (SELECT t.id, t.version, {columns} t.geom, NULL::bigint AS until
          FROM {table} t WHERE t.id = %(id)s {past}) t
  LEFT JOIN gis.history h ON h.layer_id = %(layer)s AND h.revision = t.version
  LEFT JOIN gis.history g ON g.layer_id = %(layer)s AND g.revision = t.until
 WHERE {rows} AND coalesce(t.until, t.version) >= %(from)s
 ORDER BY t.version DESC LIMIT %(limit)s

-- name: gone_images
 UNION ALL
SELECT t.id, t.version, {columns} t.geom, t.until FROM {past} t WHERE t.id = %(id)s

-- name: changes
SELECT CASE WHEN b.id IS NULL THEN 'added' WHEN a.id IS NULL THEN 'removed' ELSE 'changed' END,
       b.id, a.id, a.geom IS DISTINCT FROM b.geom,
       CASE WHEN b.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {before}) q) END,
       CASE WHEN a.id IS NOT NULL THEN (SELECT row_to_json(q) FROM (SELECT {after}) q) END,
       ST_AsGeoJSON(ST_Transform(coalesce(a.geom, b.geom), 4326), 7, 0)
  FROM (SELECT id FROM {table} WHERE version > %(since)s AND version <= %(until)s
        {gone}) moved
  LEFT JOIN (SELECT * FROM {then} t WHERE {rows}) b ON b.id = moved.id
  LEFT JOIN (SELECT * FROM {now} t WHERE {rows}) a ON a.id = moved.id
 WHERE moved.id > %(after)s AND (a.id IS NOT NULL OR b.id IS NOT NULL)
   AND a.version IS DISTINCT FROM b.version
 ORDER BY moved.id LIMIT %(limit)s

-- name: gone
 UNION
SELECT id FROM {past} WHERE version > %(since)s AND version <= %(until)s
                         OR until > %(since)s AND until <= %(until)s

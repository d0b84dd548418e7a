-- name: clear
DELETE FROM gis.finding_place WHERE upload_id = %(upload_id)s

-- name: copy_in
COPY gis.finding_place (upload_id, code, feature_id, detail, geom) FROM STDIN

-- name: locate
UPDATE gis.finding_place p
   SET geom = ST_Transform(ST_PointOnSurface(t.geom), 4326)
  FROM {table} t
 WHERE p.upload_id = %(upload_id)s AND p.geom IS NULL AND t.id = p.feature_id
   AND t.geom IS NOT NULL

-- name: page
SELECT seq, code, feature_id, detail, ST_AsGeoJSON(geom, 7, 0)
  FROM gis.finding_place
 WHERE upload_id = %(upload_id)s AND seq > %(after)s
   AND (%(code)s::text IS NULL OR code = %(code)s)
 ORDER BY seq
 LIMIT %(limit)s

-- name: sketch
SELECT seq, code, feature_id, detail, ST_AsGeoJSON(geom, 6, 0)
  FROM (SELECT *, row_number() OVER (PARTITION BY code ORDER BY seq) AS turn
          FROM gis.finding_place
         WHERE upload_id = %(upload_id)s AND geom IS NOT NULL) p
 WHERE turn <= %(limit)s
 ORDER BY code, turn

-- name: by_revision
SELECT revision, f ->> 'code', sum((f ->> 'count')::bigint)::bigint
  FROM gis.upload u CROSS JOIN LATERAL jsonb_array_elements(u.findings) f
 WHERE u.layer = %(layer)s AND u.state = 'published' AND (f ->> 'count')::bigint > 0
 GROUP BY 1, 2 ORDER BY 1, 2

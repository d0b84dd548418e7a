-- name: add
INSERT INTO gis.report (code, idempotency_key, category, title, body, phone, lon, lat, accuracy_m,
                        ward_code, ward_name, reported_by, created_at, updated_at)
VALUES (%(code)s, %(key_sha256)s, %(category)s, %(title)s, %(text)s, %(phone)s, %(lon)s, %(lat)s,
        %(accuracy_m)s, %(ward_code)s, %(ward_name)s, %(reported_by)s, %(now)s, %(now)s)
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id

-- name: find
SELECT r.id, r.code, r.category, r.title, r.lon, r.lat, r.accuracy_m, r.ward_code, r.ward_name,
       r.state, r.unit, r.created_at, r.updated_at,
       ARRAY(SELECT p.sha256 FROM gis.report_photo p WHERE p.report_id = r.id ORDER BY p.id)
  FROM gis.report r
 WHERE (r.id = %(id)s OR r.code = %(code)s OR r.idempotency_key = %(key_sha256)s)

-- name: page
SELECT r.id, r.code, r.category, r.title, r.lon, r.lat, r.accuracy_m, r.ward_code, r.ward_name,
       r.state, r.unit, r.created_at, r.updated_at,
       ARRAY(SELECT p.sha256 FROM gis.report_photo p WHERE p.report_id = r.id ORDER BY p.id)
  FROM gis.report r
 WHERE (%(before_id)s::bigint IS NULL OR r.id < %(before_id)s)
   AND (%(state)s::text IS NULL OR r.state = %(state)s)
   AND (%(ward)s::text IS NULL OR r.ward_code = %(ward)s)
 ORDER BY r.id DESC
 LIMIT %(limit)s

-- name: lock
SELECT 1 FROM gis.report WHERE id = %(id)s FOR UPDATE

-- name: is_filed_with
SELECT 1 FROM gis.report WHERE id = %(id)s AND idempotency_key = %(key_sha256)s

-- name: reporter
SELECT body, phone FROM gis.report WHERE id = %(id)s

-- name: move
UPDATE gis.report SET state = %(to)s, updated_at = %(now)s
 WHERE id = %(id)s AND state = %(from)s
RETURNING id

-- name: add_photo
INSERT INTO gis.report_photo (report_id, sha256, original_sha256, width_px, height_px, created_at)
VALUES (%(report_id)s, %(sha256)s, %(original_sha256)s, %(width_px)s, %(height_px)s, %(now)s)
ON CONFLICT (report_id, original_sha256) DO NOTHING

-- name: count_photos
SELECT count(*) FROM gis.report_photo WHERE report_id = %(id)s

-- name: grants
SELECT s.id, s.unit, u.title, u.title_en, s.acts, s.within_area, s.expires_at, s.granted_by,
       s.granted_at
  FROM gis.share s JOIN gis.unit u ON u.code = s.unit
 WHERE s.layer_id = %(id)s AND s.revoked_at IS NULL
   AND (s.expires_at IS NULL OR s.expires_at > now())
 ORDER BY s.id

-- name: given
SELECT l.slug, s.id, s.unit, u.title, u.title_en, s.acts, s.within_area, s.expires_at,
       s.granted_by, s.granted_at
  FROM gis.share s JOIN gis.unit u ON u.code = s.unit JOIN gis.layer l ON l.id = s.layer_id
 WHERE s.layer_id = ANY(%(ids)s) AND s.revoked_at IS NULL
   AND (s.expires_at IS NULL OR s.expires_at > now())
 ORDER BY l.title, l.slug, s.id

-- name: give
INSERT INTO gis.share (layer_id, unit, acts, within_area, expires_at, granted_by)
VALUES (%(id)s, %(unit)s, %(acts)s, %(within_area)s, %(ends_at)s, %(by)s)
RETURNING id

-- name: revoke
UPDATE gis.share SET revoked_at = now(), revoked_by = %(by)s
 WHERE layer_id = %(id)s AND revoked_at IS NULL
   AND (expires_at IS NULL OR expires_at > now())
   AND (id = %(share)s OR unit = %(unit)s)
RETURNING id, unit

-- name: unit
SELECT area IS NOT NULL FROM gis.unit WHERE code = %(unit)s AND is_active

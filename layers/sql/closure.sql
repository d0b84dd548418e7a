-- name: listed
SELECT c.listed_as, l.title, l.title_en, l.unit, coalesce(u.title, ''), coalesce(u.title_en, ''),
       c.reason, c.reason_en, c.legal_basis, c.expires_at
  FROM gis.closure c
  JOIN gis.layer l ON l.id = c.layer_id
  LEFT JOIN gis.unit u ON u.code = l.unit
 WHERE l.state = 'published' AND l.visibility <> 'open'
   AND (%(after_title)s::text IS NULL
        OR (l.title, c.listed_as::text) > (%(after_title)s, %(after_id)s::text))
 ORDER BY l.title, c.listed_as::text
 LIMIT %(limit)s

-- name: slug_of
SELECT l.slug FROM gis.closure c JOIN gis.layer l ON l.id = c.layer_id
 WHERE c.listed_as = %(id)s AND l.state = 'published' AND l.visibility <> 'open'

-- name: expired
SELECT l.slug FROM gis.closure c JOIN gis.layer l ON l.id = c.layer_id
 WHERE c.expires_at <= %(now)s AND c.expiry_told_at IS NULL AND l.visibility <> 'open'
 ORDER BY l.slug

-- name: told
UPDATE gis.closure SET expiry_told_at = %(now)s
 WHERE layer_id = %(id)s AND expires_at <= %(now)s AND expiry_told_at IS NULL
RETURNING expires_at

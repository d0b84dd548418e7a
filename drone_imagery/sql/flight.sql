-- name: add
INSERT INTO gis.flight (slug, title, flown_from, flown_to, photo_count, summary, findings, bounds,
                        created_by, created_at)
VALUES (%(slug)s, %(title)s, %(flown_from)s, %(flown_to)s, %(photo_count)s, %(summary)s,
        %(findings)s, %(bounds)s, %(created_by)s, %(created_at)s)
ON CONFLICT (slug) DO NOTHING
RETURNING id

-- name: remove
DELETE FROM gis.flight WHERE slug = %(slug)s

-- name: find
SELECT id, slug, title, flown_from, flown_to, photo_count, summary, findings, bounds, created_by,
       created_at
  FROM gis.flight
 WHERE %(slug)s::text IS NULL OR slug = %(slug)s
 ORDER BY created_at DESC, id DESC

-- name: add_photo
INSERT INTO gis.photo (flight_id, name, sha256, taken_at, lon, lat, pose)
VALUES (%(flight_id)s, %(name)s, %(sha256)s, %(taken_at)s, %(lon)s, %(lat)s, %(pose)s)

-- name: photos
SELECT name, sha256, pose FROM gis.photo WHERE flight_id = %(flight_id)s ORDER BY name

-- name: put
INSERT INTO gis.unit (code, title, title_en, parent, kind)
VALUES (%(code)s, %(title)s, %(title_en)s, %(parent)s, %(kind)s)
ON CONFLICT (code) DO UPDATE
   SET title = excluded.title, title_en = excluded.title_en, parent = excluded.parent,
       kind = excluded.kind

-- name: set_area
UPDATE gis.unit SET area = ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(%(area)s), 4326))
 WHERE code = %(code)s

-- name: set_active
UPDATE gis.unit SET is_active = %(is_active)s WHERE code = %(code)s RETURNING code

-- name: all
SELECT code, title, title_en, parent, kind, is_active, area IS NOT NULL FROM gis.unit ORDER BY code

-- name: one
SELECT code, title, title_en, parent, kind, is_active, area IS NOT NULL FROM gis.unit
 WHERE code = %(code)s

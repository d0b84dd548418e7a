-- name: all
SELECT id, position, claim, value, unit, role FROM gis.claim_rule ORDER BY position, id

-- name: add
INSERT INTO gis.claim_rule (position, claim, value, unit, role)
VALUES (%(position)s, %(claim)s, %(value)s, %(unit)s, %(role)s)
ON CONFLICT (claim, value, unit) DO NOTHING
RETURNING id

-- name: remove
DELETE FROM gis.claim_rule WHERE id = %(id)s RETURNING unit, claim, value, role

-- name: units
SELECT code FROM gis.unit WHERE is_active

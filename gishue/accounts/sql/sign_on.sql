-- name: find
SELECT id, is_active FROM gis.account
 WHERE issuer = %(issuer)s AND subject = %(subject)s
   FOR UPDATE

-- name: add
INSERT INTO gis.account (name, display, email, issuer, subject)
VALUES (%(name)s, %(display)s, %(email)s, %(issuer)s, %(subject)s)
ON CONFLICT DO NOTHING
RETURNING id

-- name: update
UPDATE gis.account a
   SET display = coalesce(nullif(%(display)s, ''), a.display), email = %(email)s,
       unit = coalesce(%(home)s, (SELECT m.unit FROM gis.membership m
                                   WHERE m.account_id = a.id AND m.source = 'given'
                                     AND m.unit = a.unit))
 WHERE a.id = %(id)s

-- name: claimed
SELECT coalesce(unit, ''), role::text FROM gis.membership
 WHERE account_id = %(account_id)s AND source = 'claims'

-- name: forget_claimed
DELETE FROM gis.membership WHERE account_id = %(account_id)s AND source = 'claims'

-- name: give_claimed
INSERT INTO gis.membership (account_id, unit, role, source, given_by)
SELECT %(account_id)s, nullif(c.unit, ''), c.role::gis.role, 'claims', 'sign-on'
  FROM unnest(%(units)s::text[], %(roles)s::text[]) AS c (unit, role)

-- name: by_token
SELECT a.id, a.name, a.unit, a.is_active,
       (SELECT coalesce(json_object_agg(r.unit, r.role), '{}')
          FROM (SELECT coalesce(b.code, '') AS unit, max(h.role) AS role
                  FROM (SELECT m.unit, m.role FROM gis.membership m
                         WHERE m.account_id = a.id AND m.source = 'given'
                        UNION ALL
                        SELECT nullif(c.unit, ''), c.role::gis.role
                          FROM unnest(%(units)s::text[], %(roles)s::text[]) AS c (unit, role)) h
                  LEFT JOIN LATERAL gis.units_below(h.unit) b ON true
                 WHERE h.unit IS NULL OR b.code IS NOT NULL
                 GROUP BY 1) r)
  FROM gis.account a
 WHERE a.issuer = %(issuer)s AND a.subject = %(subject)s

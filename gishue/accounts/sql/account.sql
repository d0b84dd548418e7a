-- name: by_name
SELECT a.id, a.password_hash, a.is_active, a.locked_until > %(now)s, a.unit,
       (SELECT coalesce(json_object_agg(r.unit, r.role), '{}') FROM gis.roles_of(a.id) r)
  FROM gis.account a WHERE a.name = %(name)s

-- name: actor
SELECT a.name, a.unit, (SELECT coalesce(json_object_agg(r.unit, r.role), '{}')
                          FROM gis.roles_of(a.id) r)
  FROM gis.account a WHERE a.id = %(id)s AND a.is_active

-- name: add
INSERT INTO gis.account (name, display, password_hash, unit, email)
VALUES (%(name)s, %(display)s, %(password_hash)s, %(unit)s, %(email)s)
ON CONFLICT (name) DO NOTHING
RETURNING id

-- name: any
SELECT 1 FROM gis.membership m JOIN gis.account a ON a.id = m.account_id
 WHERE m.role = 'city_admin' AND a.is_active LIMIT 1

-- name: all
SELECT a.id, a.name, a.display, a.unit, a.email, a.issuer, a.is_active, a.password_hash IS NOT NULL,
       (SELECT coalesce(json_agg(json_build_array(coalesce(m.unit, ''), m.role, m.source)
                                 ORDER BY m.unit NULLS FIRST), '[]')
          FROM gis.membership m WHERE m.account_id = a.id)
  FROM gis.account a
 WHERE (%(id)s::bigint IS NULL OR a.id = %(id)s)
   AND (%(name)s::text IS NULL OR a.name = %(name)s)
   AND (%(all)s OR a.unit = ANY (%(units)s) OR EXISTS (
           SELECT 1 FROM gis.membership m WHERE m.account_id = a.id AND m.unit = ANY (%(units)s)))
 ORDER BY a.name

-- name: failed
UPDATE gis.account
   SET failures = failures + 1,
       locked_until = CASE WHEN failures + 1 >= %(limit)s
                           THEN %(now)s::timestamptz + make_interval(secs => %(lock_s)s) END
 WHERE id = %(id)s

-- name: succeeded
UPDATE gis.account SET failures = 0, locked_until = NULL WHERE id = %(id)s

-- name: set_password
UPDATE gis.account SET password_hash = %(password_hash)s, failures = 0, locked_until = NULL
 WHERE name = %(name)s
RETURNING id

-- name: set_active
UPDATE gis.account SET is_active = %(is_active)s
 WHERE name = %(name)s AND is_active <> %(is_active)s RETURNING id

-- name: give
INSERT INTO gis.membership (account_id, unit, role, source, given_by)
VALUES (%(account_id)s, %(unit)s, %(role)s, %(source)s, %(given_by)s)
ON CONFLICT (account_id, unit, source) DO UPDATE
   SET role = excluded.role, given_by = excluded.given_by, given_at = now()

-- name: take
DELETE FROM gis.membership
 WHERE account_id = %(account_id)s AND unit IS NOT DISTINCT FROM %(unit)s AND source = 'given'
RETURNING role

-- name: other_admin
SELECT 1 FROM gis.membership m JOIN gis.account a ON a.id = m.account_id
 WHERE m.role = 'city_admin' AND a.is_active AND a.id <> %(account_id)s LIMIT 1

-- name: invite
INSERT INTO gis.invitation (token_sha256, account_id, made_by, expires_at)
VALUES (%(token)s, %(account_id)s, %(made_by)s, %(expires_at)s)

-- name: forget_invitations
DELETE FROM gis.invitation WHERE account_id = %(account_id)s

-- name: invited
DELETE FROM gis.invitation i USING gis.account a
 WHERE i.token_sha256 = %(token)s AND a.id = i.account_id AND i.expires_at > %(now)s AND a.is_active
RETURNING a.id, a.name

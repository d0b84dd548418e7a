-- name: by_name
SELECT id, name, display, password_hash, unit, roles, is_active, failures, locked_until > %(now)s
  FROM gis.account WHERE name = %(name)s

-- name: add
INSERT INTO gis.account (name, display, password_hash, unit, roles)
VALUES (%(name)s, %(display)s, %(password_hash)s, %(unit)s, %(roles)s)
ON CONFLICT (name) DO NOTHING
RETURNING id

-- name: any
SELECT 1 FROM gis.account WHERE 'admin' = ANY (roles) AND is_active LIMIT 1

-- name: all
SELECT id, name, display, unit, roles, is_active FROM gis.account ORDER BY name

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

-- name: deactivate
UPDATE gis.account SET is_active = false WHERE name = %(name)s AND is_active RETURNING id

-- name: open_session
INSERT INTO gis.session (token_sha256, account_id, csrf, created_at, seen_at, expires_at)
VALUES (%(token)s, %(account_id)s, %(csrf)s, %(now)s, %(now)s, %(expires_at)s)

-- name: session
SELECT a.id, a.name, a.unit, a.roles, s.csrf, s.seen_at
  FROM gis.session s JOIN gis.account a ON a.id = s.account_id
 WHERE s.token_sha256 = %(token)s AND a.is_active
   AND s.expires_at > %(now)s AND s.seen_at > %(idle_since)s

-- name: touch_session
UPDATE gis.session SET seen_at = %(now)s WHERE token_sha256 = %(token)s

-- name: close_session
DELETE FROM gis.session WHERE token_sha256 = %(token)s

-- name: close_sessions_of
DELETE FROM gis.session WHERE account_id = %(account_id)s

-- name: sweep_sessions
DELETE FROM gis.session WHERE expires_at < %(now)s

-- name: add_key
INSERT INTO gis.api_key (id, secret_sha256, name, unit, roles, expires_at)
VALUES (%(id)s, %(secret)s, %(name)s, %(unit)s, %(roles)s, %(expires_at)s)

-- name: key
SELECT secret_sha256, name, unit, roles FROM gis.api_key
 WHERE id = %(id)s AND revoked_at IS NULL AND expires_at > %(now)s

-- name: keys
SELECT id, name, unit, roles, created_at, expires_at, revoked_at FROM gis.api_key ORDER BY created_at

-- name: revoke_key
UPDATE gis.api_key SET revoked_at = now() WHERE id = %(id)s AND revoked_at IS NULL RETURNING id

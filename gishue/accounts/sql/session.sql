-- name: open
INSERT INTO gis.session (token_sha256, account_id, csrf, created_at, seen_at, expires_at, unit,
                         issuer, sid)
VALUES (%(token)s, %(account_id)s, %(csrf)s, %(now)s, %(now)s, %(expires_at)s, %(unit)s,
        %(issuer)s, %(sid)s)

-- name: find
SELECT a.id, a.name, coalesce(s.unit, a.unit), s.csrf, s.seen_at,
       (SELECT coalesce(json_object_agg(r.unit, r.role), '{}') FROM gis.roles_of(a.id) r)
  FROM gis.session s JOIN gis.account a ON a.id = s.account_id
 WHERE s.token_sha256 = %(token)s AND a.is_active
   AND s.expires_at > %(now)s AND s.seen_at > %(idle_since)s

-- name: touch
UPDATE gis.session SET seen_at = %(now)s WHERE token_sha256 = %(token)s

-- name: rotate
UPDATE gis.session SET token_sha256 = %(fresh)s, csrf = %(csrf)s, unit = %(unit)s, seen_at = %(now)s
 WHERE token_sha256 = %(token)s AND expires_at > %(now)s
RETURNING expires_at

-- name: close
DELETE FROM gis.session WHERE token_sha256 = %(token)s RETURNING issuer, sid

-- name: close_of
DELETE FROM gis.session WHERE account_id = %(account_id)s

-- name: close_sid
DELETE FROM gis.session WHERE issuer = %(issuer)s AND sid = %(sid)s

-- name: close_subject
DELETE FROM gis.session s USING gis.account a
 WHERE a.id = s.account_id AND a.issuer = %(issuer)s AND a.subject = %(subject)s
   AND s.issuer = %(issuer)s

-- name: sweep
DELETE FROM gis.session WHERE expires_at < %(now)s

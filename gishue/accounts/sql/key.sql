-- name: add
INSERT INTO gis.api_key (id, secret_sha256, name, unit, role, layers, acts, rate_per_minute,
                         made_by, expires_at)
VALUES (%(id)s, %(secret)s, %(name)s, %(unit)s, %(role)s, %(layers)s, %(acts)s, %(rate_per_minute)s,
        %(made_by)s, %(expires_at)s)

-- name: find
SELECT k.secret_sha256, k.name, k.unit, k.role, k.layers, k.acts, k.rate_per_minute,
       k.last_used_at IS NULL OR k.last_used_at < %(now)s::timestamptz - interval '1 minute',
       (SELECT coalesce(array_agg(b.code), '{}') FROM gis.units_below(k.unit) b)
  FROM gis.api_key k
 WHERE k.id = %(id)s AND k.revoked_at IS NULL AND k.expires_at > %(now)s

-- name: used
UPDATE gis.api_key SET last_used_at = %(now)s WHERE id = %(id)s

-- name: all
SELECT id, name, unit, role, layers, acts, rate_per_minute, made_by, created_at, expires_at,
       revoked_at, last_used_at
  FROM gis.api_key
 WHERE %(all)s OR unit = ANY (%(units)s)
 ORDER BY created_at, id

-- name: unit_of
SELECT unit FROM gis.api_key WHERE id = %(id)s

-- name: revoke
UPDATE gis.api_key SET revoked_at = now()
 WHERE id = %(id)s AND revoked_at IS NULL AND (%(all)s OR unit = ANY (%(units)s))
RETURNING unit

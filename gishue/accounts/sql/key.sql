-- name: add
INSERT INTO gis.api_key (id, secret_sha256, name, unit, role, layers, acts, rate_per_minute,
                         made_by, made_by_account, made_by_key, expires_at)
VALUES (%(id)s, %(secret)s, %(name)s, %(unit)s, %(role)s, %(layers)s, %(acts)s, %(rate_per_minute)s,
        %(made_by)s, %(made_by_account)s, %(made_by_key)s, %(expires_at)s)

-- name: find
SELECT k.secret_sha256, k.name, k.unit, k.role, k.layers, k.acts, k.rate_per_minute,
       k.last_used_at IS NULL OR k.last_used_at < %(now)s::timestamptz - interval '1 minute',
       (SELECT coalesce(array_agg(b.code), '{}') FROM gis.units_below(k.unit) b)
  FROM gis.api_key k
 WHERE k.id = %(id)s AND k.revoked_at IS NULL AND k.expires_at > %(now)s

-- name: used
UPDATE gis.api_key SET last_used_at = %(now)s WHERE id = %(id)s

-- name: all
SELECT k.id, k.name, k.unit, k.role, k.layers, k.acts, k.rate_per_minute, k.made_by, k.created_at,
       k.expires_at, k.revoked_at, k.last_used_at,
       CASE WHEN k.made_by_account IS NOT NULL THEN NOT EXISTS (
                SELECT 1 FROM gis.account a CROSS JOIN LATERAL gis.roles_of(a.id) r
                 WHERE a.id = k.made_by_account AND a.is_active
                   AND (r.role = 'city_admin' OR (r.role = 'unit_admin' AND r.unit = k.unit)))
            ELSE EXISTS (SELECT 1 FROM gis.api_key maker
                          WHERE maker.id = k.made_by_key AND maker.revoked_at IS NOT NULL)
        END
  FROM gis.api_key k
 WHERE %(all)s OR k.unit = ANY (%(units)s)
 ORDER BY k.created_at, k.id

-- name: unit_of
SELECT unit FROM gis.api_key WHERE id = %(id)s

-- name: revoke
UPDATE gis.api_key SET revoked_at = now()
 WHERE id = %(id)s AND revoked_at IS NULL AND (%(all)s OR unit = ANY (%(units)s))
RETURNING unit

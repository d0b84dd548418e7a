-- name: insert
INSERT INTO gis.resumable (length, filename, fields, actor_kind, actor, account_id, key_id)
VALUES (%(length)s, %(filename)s, %(fields)s, %(actor_kind)s, %(actor)s, %(account_id)s,
        %(key_id)s)
RETURNING id

-- name: by_id
SELECT id, length, filename, fields, actor_kind, actor, account_id, key_id, upload_id, updated_at
  FROM gis.resumable WHERE id = %(id)s

-- name: under_way
SELECT count(*) FROM gis.resumable
 WHERE actor_kind = %(actor_kind)s AND account_id IS NOT DISTINCT FROM %(account_id)s
   AND key_id IS NOT DISTINCT FROM %(key_id)s AND upload_id IS NULL

-- name: touch
UPDATE gis.resumable SET updated_at = now() WHERE id = %(id)s

-- name: complete
UPDATE gis.resumable SET upload_id = %(upload_id)s, updated_at = now() WHERE id = %(id)s

-- name: delete
DELETE FROM gis.resumable WHERE id = %(id)s

-- name: expired
DELETE FROM gis.resumable
 WHERE updated_at < now() - make_interval(secs => %(older_than_s)s)
RETURNING id

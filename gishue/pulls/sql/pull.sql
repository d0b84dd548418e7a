-- name: insert
INSERT INTO gis.pull (url, kind, source_layer, layer, options, every_s, actor_kind, actor,
                      account_id, key_id, unit)
VALUES (%(url)s, %(kind)s, %(source_layer)s, %(layer)s, %(options)s, %(every_s)s, %(actor_kind)s,
        %(actor)s, %(account_id)s, %(key_id)s, %(unit)s)
RETURNING id

-- name: read
SELECT id, url, kind, source_layer, layer, options, every_s, is_active, actor_kind, actor,
       account_id, key_id, unit, etag, last_modified, sha256, upload_id, outcome, problem,
       looked_at, next_at
  FROM gis.pull
 WHERE %(id)s::bigint IS NULL OR id = %(id)s
 ORDER BY id

-- name: change
UPDATE gis.pull
   SET every_s = coalesce(%(every_s)s, every_s), is_active = coalesce(%(is_active)s, is_active),
       next_at = CASE WHEN %(now)s THEN now() ELSE next_at END
 WHERE id = %(id)s

-- name: delete
DELETE FROM gis.pull WHERE id = %(id)s

-- name: due
UPDATE gis.pull SET next_at = now() + make_interval(secs => every_s)
 WHERE id IN (SELECT id FROM gis.pull
               WHERE is_active AND next_at <= now()
               ORDER BY next_at LIMIT 20 FOR UPDATE SKIP LOCKED)
RETURNING id

-- name: note
UPDATE gis.pull
   SET outcome = %(outcome)s, problem = %(problem)s, looked_at = now(),
       etag = coalesce(%(etag)s, etag), last_modified = coalesce(%(last_modified)s, last_modified),
       sha256 = coalesce(%(sha256)s, sha256), upload_id = coalesce(%(upload_id)s, upload_id)
 WHERE id = %(id)s

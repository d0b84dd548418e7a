-- name: insert
INSERT INTO gis.upload (filename, sha256, size, options, named, actor_kind, actor, account_id,
                        key_id, unit)
VALUES (%(filename)s, %(sha256)s, %(size)s, %(options)s, %(named)s, %(actor_kind)s, %(actor)s,
        %(account_id)s, %(key_id)s, %(unit)s)
RETURNING id

-- name: by_id
SELECT id, state, filename, sha256, size, options, actor_kind, actor, account_id, key_id, unit,
       inspection, findings, questions, refusal, staged, layer, revision, stage, progress, message,
       pace, created_at, updated_at
  FROM gis.upload WHERE id = %(id)s

-- name: list
SELECT id FROM gis.upload
 WHERE (%(all)s OR unit = ANY (%(editing)s)
        OR ((account_id = %(account_id)s OR key_id = %(key_id)s)
            AND (unit IS NULL OR unit = ANY (%(viewing)s))))
   AND (%(limit_to)s::text[] IS NULL
        OR coalesce(layer, nullif(options->>'layer', ''), named) = ANY (%(limit_to)s))
   AND (%(before)s::timestamptz IS NULL OR (created_at, id) < (%(before)s, %(before_id)s))
 ORDER BY created_at DESC, id DESC
 LIMIT %(limit)s

-- name: lock
SELECT state FROM gis.upload WHERE id = %(id)s FOR UPDATE

-- name: move
UPDATE gis.upload
   SET state = %(to)s, stage = %(to)s, updated_at = now(),
       progress = coalesce(%(progress)s, progress), message = '', pace = NULL,
       options = coalesce(%(options)s, options),
       inspection = coalesce(%(inspection)s, inspection),
       findings = coalesce(%(findings)s, findings),
       questions = coalesce(%(questions)s, questions),
       staged = coalesce(%(staged)s, staged),
       layer = coalesce(%(layer)s, layer),
       revision = coalesce(%(revision)s, revision),
       refusal = %(refusal)s
 WHERE id = %(id)s AND state = %(from)s
RETURNING id

-- name: progress
UPDATE gis.upload
   SET stage = %(stage)s, progress = %(progress)s, message = %(message)s, pace = %(pace)s,
       updated_at = now()
 WHERE id = %(id)s AND state NOT IN ('published', 'refused')

-- name: note_refusal
UPDATE gis.upload SET refusal = %(refusal)s, updated_at = now() WHERE id = %(id)s

-- name: stale
SELECT id FROM gis.upload
 WHERE state NOT IN ('published', 'refused')
   AND updated_at < now() - make_interval(secs => %(older_than_s)s)

-- name: orphans
SELECT c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'staging' AND c.relkind = 'r' AND c.relname LIKE 'u\_%%'
   AND NOT EXISTS (SELECT 1 FROM gis.upload u
                    WHERE 'u_' || replace(u.id::text, '-', '') = c.relname
                      AND u.state NOT IN ('published', 'refused'))

-- name: write
INSERT INTO gis.audit_pending (at, actor_kind, actor_name, account_id, key_id, unit, act,
                               object_kind, object, object_unit, door, address, request_id, result,
                               detail)
VALUES (coalesce(%(at)s, clock_timestamp()), %(actor_kind)s, %(actor_name)s, %(account_id)s,
        %(key_id)s, %(unit)s, %(act)s, %(object_kind)s, %(object)s, %(object_unit)s, %(door)s,
        %(address)s, %(request_id)s, %(result)s, %(detail)s)

-- name: any_pending
SELECT 1 FROM gis.audit_pending LIMIT 1

-- name: head
SELECT seq, hash FROM gis.audit_head

-- Only one seals at a time: the others see within a millisecond that somebody does, and leave it.
-- name: try_head
SELECT seq, hash, clock_timestamp() FROM gis.audit_head FOR UPDATE SKIP LOCKED

-- name: lock_head
SELECT seq, hash, clock_timestamp() FROM gis.audit_head FOR UPDATE

-- name: pending
SELECT entry, at, actor_kind, actor_name, account_id, key_id, unit, act, object_kind, object,
       object_unit, door, address, request_id, result, detail
  FROM gis.audit_pending ORDER BY entry LIMIT %(limit)s

-- name: chain
WITH sealed AS (
    INSERT INTO gis.audit (seq, entry, at, actor_kind, actor_name, account_id, key_id, unit, act,
                           object_kind, object, object_unit, door, address, request_id, result,
                           detail, sealed_at, prev, hash)
    SELECT s.seq, p.entry, p.at, p.actor_kind, p.actor_name, p.account_id, p.key_id, p.unit, p.act,
           p.object_kind, p.object, p.object_unit, p.door, p.address, p.request_id, p.result,
           p.detail, %(sealed_at)s, s.prev, s.hash
      FROM unnest(%(entries)s::bigint[], %(seqs)s::bigint[], %(prevs)s::bytea[],
                  %(hashes)s::bytea[]) AS s (entry, seq, prev, hash)
      JOIN gis.audit_pending p ON p.entry = s.entry
)
UPDATE gis.audit_head SET seq = %(seq)s, hash = %(hash)s

-- name: forget_pending
DELETE FROM gis.audit_pending WHERE entry = ANY (%(entries)s)

-- name: walk
SELECT seq, entry, sealed_at, prev, hash, at, actor_kind, actor_name, account_id, key_id, unit, act,
       object_kind, object, object_unit, door, address, request_id, result, detail
  FROM gis.audit ORDER BY seq

-- name: one_hash
SELECT hash FROM gis.audit WHERE seq = %(seq)s

-- What concerns a unit: what its people did, and what was done to what it owns.
-- name: page
SELECT seq, entry, sealed_at, prev, hash, at, actor_kind, actor_name, account_id, key_id, unit, act,
       object_kind, object, object_unit, door, address, request_id, result, detail
  FROM gis.audit
 WHERE (%(before)s::bigint IS NULL OR seq < %(before)s)
   AND (%(after)s::bigint IS NULL OR seq > %(after)s)
   AND (%(everywhere)s OR unit = ANY (%(units)s) OR object_unit = ANY (%(units)s))
   AND (%(actor)s::text IS NULL OR actor_name = %(actor)s)
   AND (%(unit)s::text IS NULL OR unit = %(unit)s OR object_unit = %(unit)s)
   AND (%(act)s::text IS NULL OR act = %(act)s OR starts_with(act, %(act)s || '.'))
   AND (%(object)s::text IS NULL OR object = %(object)s)
   AND (%(result)s::text IS NULL OR result = %(result)s)
   AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
   AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
 ORDER BY seq DESC
 LIMIT %(limit)s

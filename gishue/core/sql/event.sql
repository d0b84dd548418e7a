-- name: record
WITH said AS (
    INSERT INTO gis.event (kind, payload) VALUES (%(kind)s, %(payload)s) RETURNING seq
)
SELECT pg_notify('gishue', said.seq::text) FROM said

-- name: after
SELECT seq, at, kind, payload FROM gis.event
 WHERE seq > %(seq)s OR seq = ANY (%(left_out)s)
 ORDER BY seq LIMIT 1000

-- name: gaps
SELECT g FROM generate_series(greatest(%(seq)s - %(remembered)s, 1)::bigint, %(seq)s::bigint) AS g
 WHERE NOT EXISTS (SELECT FROM gis.event e WHERE e.seq = g)

-- name: newest
SELECT coalesce(max(seq), 0) FROM gis.event

-- name: sweep
DELETE FROM gis.event WHERE at < now() - interval '7 days'

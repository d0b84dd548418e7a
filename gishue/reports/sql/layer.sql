-- name: one_at_a_time
SELECT pg_advisory_xact_lock(7703)

-- name: put
INSERT INTO {table} (id, version, c1, c2, c3, c4, c5, c6, c7, c8, c9, geom)
VALUES (%(id)s, %(version)s, %(code)s, %(title)s, %(category)s, %(category_title)s, %(state)s,
        %(state_title)s, %(ward)s, %(photos)s, %(reported_at)s,
        ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), %(srid)s))
ON CONFLICT (id) DO UPDATE
   SET version = excluded.version, c1 = excluded.c1, c2 = excluded.c2, c3 = excluded.c3,
       c4 = excluded.c4, c5 = excluded.c5, c6 = excluded.c6, c7 = excluded.c7, c8 = excluded.c8,
       c9 = excluded.c9, geom = excluded.geom

-- name: remove
DELETE FROM {table} WHERE id = %(id)s

-- name: place
SELECT ST_X(geom_3857), ST_Y(geom_3857) FROM {table} WHERE id = %(id)s

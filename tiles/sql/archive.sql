-- {alone} is the statement that makes one tile; here c.x and c.y stand in it for the address.

-- name: many
SELECT c.x, c.y, t.*
  FROM generate_series({west}, {east}) AS x, generate_series({north}, {south}) AS y,
       LATERAL (SELECT x, y) c, LATERAL ({alone}) t

-- Tiles of zoom %(deepest)s, and their parents, that hold a part of any feature; from the top down,
-- by the boxes of the features, grown by a quarter: their rims, and what is drawn beyond them.
-- name: occupied
WITH RECURSIVE held (z, x, y) AS (
    SELECT 0, 0, 0
    UNION ALL
    SELECT part.z, part.x, part.y
      FROM held h, generate_series(0, 1) AS i, generate_series(0, 1) AS j,
           LATERAL (SELECT h.z + 1 AS z, 2 * h.x + i AS x, 2 * h.y + j AS y) part
     WHERE h.z < %(deepest)s
       AND EXISTS (SELECT FROM {table} f
                    WHERE f.geom_3857 && ST_TileEnvelope(part.z, part.x, part.y, margin => 0.25)))
SELECT z, x, y FROM held ORDER BY z, x, y

-- name: snapshot
SELECT pg_current_snapshot()::text, pg_export_snapshot()

-- name: kept
SELECT a.layer_id, a.epoch, a.revision, a.signature, a.sha256, a.minzoom, a.maxzoom, a.tiles,
       a.bytes, a.made_at, l.slug, l.epoch, l.revision,
       (SELECT array_agg(b.side ORDER BY t.seq, b.at)
          FROM gis.touched t, unnest(t.boxes) WITH ORDINALITY AS b (side, at)
         WHERE t.layer_id = a.layer_id AND NOT pg_visible_in_snapshot(t.xid, a.snapshot))
  FROM gis.archive a JOIN gis.layer l ON l.id = a.layer_id
 WHERE (%(layer)s::bigint IS NULL OR a.layer_id = %(layer)s)

-- name: put
INSERT INTO gis.archive (layer_id, epoch, revision, snapshot, signature, sha256, minzoom, maxzoom,
                         tiles, bytes, made_at)
VALUES (%(layer)s, %(epoch)s, %(revision)s, %(snapshot)s, %(signature)s, %(sha256)s, %(minzoom)s,
        %(maxzoom)s, %(tiles)s, %(bytes)s, now())
ON CONFLICT (layer_id) DO UPDATE
   SET epoch = excluded.epoch, revision = excluded.revision, snapshot = excluded.snapshot,
       signature = excluded.signature, sha256 = excluded.sha256, minzoom = excluded.minzoom,
       maxzoom = excluded.maxzoom, tiles = excluded.tiles, bytes = excluded.bytes, made_at = now()

-- name: under_way
SELECT j.args ->> 'slug' FROM procrastinate_jobs j
 WHERE j.task_name = %(task)s AND j.status IN ('todo', 'doing')

-- name: seat
SELECT pg_advisory_lock(hashtextextended('gishue.tiles.seed/' || %(layer)s::text, 0))

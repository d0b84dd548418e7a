-- The newest lines of each layer's history that brought content, newest first. A replace by the
-- same rows counts its changes as none.
-- name: turns
SELECT l.slug, t.at, t.touched, t.revision
  FROM gis.layer l
 CROSS JOIN LATERAL (
       SELECT h.revision, h.at,
              NOT (h.detail ? 'added') OR (h.detail ->> 'added')::bigint
                + (h.detail ->> 'changed')::bigint + (h.detail ->> 'removed')::bigint > 0 AS touched
         FROM gis.history h
        WHERE h.layer_id = l.id AND h.action = ANY (%(actions)s)
        ORDER BY h.revision DESC
        LIMIT %(most)s) t
 ORDER BY l.slug, t.revision DESC

-- name: without_geometry
SELECT count(*) FROM {table} WHERE geom IS NULL

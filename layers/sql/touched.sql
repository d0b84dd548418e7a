-- name: record
INSERT INTO gis.touched (layer_id, revision, boxes) VALUES (%(id)s, %(revision)s, %(boxes)s)

-- name: since
SELECT t.layer_id, t.boxes
  FROM gis.touched t
  JOIN unnest(%(ids)s::bigint[], %(revisions)s::bigint[]) AS held (layer_id, revision)
    ON t.layer_id = held.layer_id AND t.revision > held.revision
 ORDER BY t.seq

-- name: sweep
DELETE FROM gis.touched WHERE at < now() - make_interval(secs => %(kept_s)s)

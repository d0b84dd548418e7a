-- A line is younger than the one before it, whichever transaction began first.
-- name: write
INSERT INTO gis.history (layer_id, revision, at, actor, action, message, detail, feature_count,
                         bounds)
SELECT %(id)s, %(revision)s,
       greatest(clock_timestamp(), max(h.at) + interval '1 microsecond'),
       %(actor)s, %(action)s, %(message)s, %(detail)s, %(feature_count)s, %(bounds)s
  FROM gis.history h WHERE h.layer_id = %(id)s

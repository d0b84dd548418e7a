-- name: read
SELECT body FROM gis.layer_schema WHERE layer_id = %(id)s

-- name: write
INSERT INTO gis.layer_schema (layer_id, body, updated_by) VALUES (%(id)s, %(body)s, %(actor)s)
ON CONFLICT (layer_id)
   DO UPDATE SET body = excluded.body, updated_by = excluded.updated_by, updated_at = now()

-- name: forget
DELETE FROM gis.layer_schema WHERE layer_id = %(id)s

-- name: mapping
SELECT mapping FROM gis.field_mapping WHERE layer_id = %(id)s AND signature = %(signature)s

-- name: remember
INSERT INTO gis.field_mapping (layer_id, signature, mapping)
VALUES (%(id)s, %(signature)s, %(mapping)s)
ON CONFLICT (layer_id, signature) DO UPDATE SET mapping = excluded.mapping, used_at = now()

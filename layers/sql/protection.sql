-- name: unmask
DELETE FROM gis.field_mask WHERE layer_id = %(id)s

-- name: unrule
DELETE FROM gis.row_rule WHERE layer_id = %(id)s

-- name: mask
INSERT INTO gis.field_mask (layer_id, field, audience)
SELECT %(id)s, m.field, m.audience
  FROM unnest(%(fields)s::text[], %(audiences)s::text[]) AS m (field, audience)

-- name: rule
INSERT INTO gis.row_rule (layer_id, audience, filter)
SELECT %(id)s, r.audience, r.filter
  FROM unnest(%(audiences)s::text[], %(filters)s::text[]) AS r (audience, filter)

-- name: all
SELECT l.id, l.slug, l.title, l.title_en, l.description, l.description_en, l.kind,
       l.theme, t.title, t.title_en, t.position,
       l.unit, coalesce(u.title, ''), coalesce(u.title_en, ''),
       l.visibility, l.state, l.revision, l.epoch, l.srid, l.source_crs, l.operation, l.accuracy_m,
       l.encoding, l.geometry_type, l.table_name, l.asset, l.feature_count, l.bounds,
       l.minzoom, l.maxzoom, l.licence, l.source, l.attribution, l.simulated, l.draw_order,
       l.visible_by_default, l.search_field, l.style, l.updated_at, l.published_at,
       (SELECT coalesce(json_agg(json_build_array(f.name, f.title, f.type, f.column_name, f.title_en)
                                 ORDER BY f.position), '[]')
          FROM gis.field f WHERE f.layer_id = l.id),
       coalesce(l.key_field, ''), l.keep_history,
       coalesce(s.shares, '[]'), c.closure, coalesce(m.masks, '{}'), coalesce(r.rules, '{}'),
       l.cadence, l.keywords, l.covers_from, l.covers_until, l.open_since_revision,
       l.forbids_overlap, l.zoom_overrides, l.tiered_epoch, coalesce(d.tiers, '[]')
  FROM gis.layer l
  JOIN gis.theme t ON t.code = l.theme
  LEFT JOIN gis.unit u ON u.code = l.unit
  LEFT JOIN (SELECT layer_id, json_agg(json_build_array(unit, acts, within_area,
                                               extract(epoch FROM expires_at)) ORDER BY id) AS shares
               FROM gis.share
              WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
              GROUP BY layer_id) s ON s.layer_id = l.id
  LEFT JOIN (SELECT layer_id, json_build_array(reason, reason_en, legal_basis, approver,
                                               extract(epoch FROM expires_at)) AS closure
               FROM gis.closure) c ON c.layer_id = l.id
  LEFT JOIN (SELECT layer_id, json_object_agg(field, audience) AS masks
               FROM gis.field_mask GROUP BY layer_id) m ON m.layer_id = l.id
  LEFT JOIN (SELECT layer_id, json_object_agg(audience, filter) AS rules
               FROM gis.row_rule GROUP BY layer_id) r ON r.layer_id = l.id
  LEFT JOIN (SELECT layer_id, json_agg(json_build_array(z, table_name, kind, from_base, fields, filter,
                                               snap_px, rule) ORDER BY rule, z) AS tiers
               FROM gis.tier GROUP BY layer_id) d ON d.layer_id = l.id AND l.tiered_epoch = l.epoch
 WHERE %(slug)s::text IS NULL OR l.slug = %(slug)s
 ORDER BY l.slug

-- name: revision_of
SELECT revision FROM gis.layer WHERE slug = %(slug)s

-- name: lock
SELECT id, revision FROM gis.layer WHERE slug = %(slug)s FOR UPDATE

-- name: insert
INSERT INTO gis.layer (slug, title, kind) VALUES (%(slug)s, %(title)s, %(kind)s)
ON CONFLICT (slug) DO NOTHING
RETURNING id, revision

-- name: go_on
UPDATE gis.layer l SET revision = f.revision FROM gis.former_slug f
 WHERE l.id = %(id)s AND f.slug = l.slug

-- Whoever reads it from the next revision on, and did not before, is not shown its past.
-- name: describe
UPDATE gis.layer
   SET title = %(title)s, title_en = %(title_en)s, description = %(description)s,
       description_en = %(description_en)s, theme = %(theme)s, unit = %(unit)s,
       visibility = %(visibility)s, licence = %(licence)s, source = %(source)s,
       attribution = %(attribution)s, simulated = %(simulated)s, draw_order = %(draw_order)s,
       visible_by_default = %(visible_by_default)s, search_field = %(search_field)s,
       style = %(style)s, minzoom = %(minzoom)s, maxzoom = %(maxzoom)s, cadence = %(cadence)s,
       keywords = %(keywords)s, covers_from = %(covers_from)s, covers_until = %(covers_until)s,
       forbids_overlap = %(forbids_overlap)s,
       zoom_overrides = %(zoom_overrides)s,
       open_since_revision = CASE
           WHEN visibility <> %(visibility)s AND 'open' = %(visibility)s
             OR visibility = 'restricted' AND 'restricted' <> %(visibility)s
           THEN revision + 1 ELSE open_since_revision END,
       updated_at = now()
 WHERE id = %(id)s

-- name: put_closure
INSERT INTO gis.closure AS c (layer_id, reason, reason_en, legal_basis, approver, expires_at,
                              closed_by)
VALUES (%(id)s, %(reason)s, %(reason_en)s, %(legal_basis)s, %(approver)s, %(expires_at)s, %(by)s)
ON CONFLICT (layer_id) DO UPDATE
   SET reason = excluded.reason, reason_en = excluded.reason_en,
       legal_basis = excluded.legal_basis, approver = excluded.approver,
       expires_at = excluded.expires_at, closed_by = excluded.closed_by, closed_at = now(),
       expiry_told_at = NULL
 WHERE (c.reason, c.reason_en, c.legal_basis, c.approver, c.expires_at)
    IS DISTINCT FROM (excluded.reason, excluded.reason_en, excluded.legal_basis, excluded.approver,
                      excluded.expires_at)

-- name: drop_closure
DELETE FROM gis.closure WHERE layer_id = %(id)s

-- name: point_at
UPDATE gis.layer
   SET kind = %(kind)s, state = coalesce(%(state)s, 'published'), revision = revision + 1,
       epoch = epoch + 1,
       srid = %(srid)s, source_crs = %(source_crs)s, operation = %(operation)s,
       accuracy_m = %(accuracy_m)s, encoding = %(encoding)s, geometry_type = %(geometry_type)s,
       table_name = %(table_name)s, asset = %(asset)s, feature_count = %(feature_count)s,
       bounds = %(bounds)s, updated_at = now(), published_at = coalesce(published_at, now()),
       kept_since = CASE WHEN %(begins)s THEN revision + 1 ELSE kept_since END,
       last_feature_id = greatest(last_feature_id, %(last_feature_id)s)
 WHERE id = %(id)s
RETURNING revision

-- name: measure
UPDATE gis.layer
   SET revision = revision + 1, feature_count = %(feature_count)s, bounds = %(bounds)s,
       epoch = epoch + %(epochs)s, updated_at = now(),
       kept_since = CASE WHEN keep_history THEN kept_since ELSE revision + 1 END
 WHERE id = %(id)s
RETURNING revision

-- name: set_state
UPDATE gis.layer
   SET state = %(to)s, revision = revision + 1, updated_at = now()
 WHERE id = %(id)s AND state = %(from)s
RETURNING revision

-- name: delete
WITH gone AS (DELETE FROM gis.layer WHERE id = %(id)s RETURNING slug, revision)
INSERT INTO gis.former_slug (slug, revision) SELECT slug, revision + 1 FROM gone
ON CONFLICT (slug) DO UPDATE SET revision = greatest(former_slug.revision, excluded.revision)

-- name: forget_fields
DELETE FROM gis.field WHERE layer_id = %(id)s

-- name: add_field
INSERT INTO gis.field (layer_id, position, name, title, title_en, type, column_name)
VALUES (%(id)s, %(position)s, %(name)s, %(title)s, %(title_en)s, %(type)s, %(column)s)

-- name: history
SELECT revision, at, actor, action, message, detail
  FROM gis.history WHERE layer_id = %(id)s AND revision >= %(from)s
 ORDER BY revision DESC LIMIT %(limit)s

-- name: tell_apart
UPDATE gis.layer SET key_field = %(key_field)s, keep_history = %(keep_history)s WHERE id = %(id)s

-- name: last_feature_id
SELECT last_feature_id FROM gis.layer WHERE id = %(id)s

-- name: give_ids
UPDATE gis.layer SET last_feature_id = greatest(last_feature_id, %(last)s) WHERE id = %(id)s

-- name: replaced
INSERT INTO gis.replaced_table (table_name)
VALUES (%(table_name)s), (%(table_name)s || '_past') ON CONFLICT DO NOTHING

-- name: leave_past
WITH gone AS (DELETE FROM gis.past_table WHERE layer_id = %(id)s RETURNING table_name)
INSERT INTO gis.replaced_table (table_name)
SELECT table_name FROM gone UNION ALL SELECT table_name || '_past' FROM gone
ON CONFLICT DO NOTHING

-- name: to_sweep
DELETE FROM gis.replaced_table
 WHERE replaced_at < now() - make_interval(secs => %(older_than_s)s)
RETURNING table_name

-- name: put_theme
INSERT INTO gis.theme (code, title, title_en, position)
VALUES (%(code)s, %(title)s, %(title_en)s, %(position)s)
ON CONFLICT (code) DO UPDATE
   SET title = excluded.title, title_en = excluded.title_en, position = excluded.position

-- name: time
SELECT clock_timestamp()

-- name: has_unit
SELECT 1 FROM gis.unit WHERE code = %(code)s

-- name: has_theme
SELECT 1 FROM gis.theme WHERE code = %(code)s

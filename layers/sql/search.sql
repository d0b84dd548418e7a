-- name: forget
DELETE FROM gis.search_entry WHERE layer_id = %(layer_id)s

-- name: refresh
INSERT INTO gis.search_entry (layer_id, feature_id, name, key, lon, lat, bounds)
SELECT %(layer_id)s, q.id, q.name, public.vn_key(q.name), ST_X(q.p), ST_Y(q.p),
       ARRAY[ST_XMin(q.g), ST_YMin(q.g), ST_XMax(q.g), ST_YMax(q.g)]
  FROM (SELECT t.id, left(t.{column}::text, 300) AS name, g.g, ST_PointOnSurface(g.g) AS p
          FROM {table} t, LATERAL (SELECT ST_Transform(t.geom_3857, 4326) AS g) g
         WHERE t.geom_3857 IS NOT NULL AND NOT ST_IsEmpty(t.geom_3857)
           AND t.{column} IS NOT NULL
         ORDER BY t.id LIMIT 100000) q
 WHERE public.vn_key(q.name) <> ''

-- name: forget_touched
DELETE FROM gis.search_entry e USING pg_temp.pairing p
 WHERE e.layer_id = %(layer_id)s AND e.feature_id = p.feature_id AND p.what <> 'unchanged'

-- name: refresh_touched
INSERT INTO gis.search_entry (layer_id, feature_id, name, key, lon, lat, bounds)
SELECT %(layer_id)s, q.id, q.name, public.vn_key(q.name), ST_X(q.p), ST_Y(q.p),
       ARRAY[ST_XMin(q.g), ST_YMin(q.g), ST_XMax(q.g), ST_YMax(q.g)]
  FROM (SELECT t.id, left(t.{column}::text, 300) AS name, g.g, ST_PointOnSurface(g.g) AS p
          FROM {table} t JOIN pg_temp.pairing c ON c.feature_id = t.id AND c.what <> 'unchanged',
               LATERAL (SELECT ST_Transform(t.geom_3857, 4326) AS g) g
         WHERE t.geom_3857 IS NOT NULL AND NOT ST_IsEmpty(t.geom_3857)
           AND t.{column} IS NOT NULL
         ORDER BY t.id LIMIT 100000) q
 WHERE public.vn_key(q.name) <> ''

-- name: find_features
SELECT l.slug, l.title, l.title_en, s.feature_id, s.name, s.lon, s.lat, s.bounds,
       greatest(word_similarity(%(key)s, s.key), similarity(%(key)s, s.key))
         + CASE WHEN s.key = %(key)s THEN 2 WHEN s.key LIKE %(prefix)s THEN 1
                WHEN s.key LIKE %(inside)s THEN 0.7 ELSE 0 END AS score
  FROM gis.search_entry s JOIN gis.layer l ON l.id = s.layer_id
 WHERE gis.may_read(l, %(limit_to)s::text[], %(reads)s, %(is_admin)s, %(is_staff)s,
                    %(viewing)s::text[], %(editing)s::text[])
   AND (s.layer_id <> ALL (%(veiled)s::bigint[]) {rules})
   AND (s.key LIKE %(inside)s OR s.key %% %(key)s OR %(key)s <%% s.key)
 ORDER BY score DESC, char_length(s.name), l.draw_order, s.name, s.feature_id
 LIMIT %(limit)s

-- name: seen_row
 OR (s.layer_id = {layer_id}
     AND EXISTS (SELECT FROM {table} t WHERE t.id = s.feature_id AND {rows}))

-- name: layers_with
SELECT DISTINCT s.layer_id
  FROM gis.search_entry s
 WHERE s.layer_id = ANY (%(veiled)s::bigint[])
   AND (s.key LIKE %(inside)s OR s.key %% %(key)s OR %(key)s <%% s.key)

-- name: find_exact
SELECT s.key, s.lon, s.lat
  FROM gis.search_entry s JOIN gis.layer l ON l.id = s.layer_id
 WHERE s.key = ANY (%(keys)s) AND l.state = 'published' AND l.visibility = 'open'
   AND NOT EXISTS (SELECT FROM gis.row_rule r WHERE r.layer_id = l.id)
   AND NOT EXISTS (SELECT FROM gis.field_mask m
                    WHERE m.layer_id = l.id AND lower(m.field) = lower(l.search_field))
 ORDER BY s.layer_id, s.feature_id

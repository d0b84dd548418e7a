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
 WHERE l.slug = ANY (%(slugs)s)
   AND (s.key LIKE %(inside)s OR s.key %% %(key)s OR %(key)s <%% s.key)
 ORDER BY score DESC, char_length(s.name), l.draw_order, s.name, s.feature_id
 LIMIT %(limit)s

-- name: find_exact
SELECT s.key, s.lon, s.lat
  FROM gis.search_entry s JOIN gis.layer l ON l.id = s.layer_id
 WHERE s.key = ANY (%(keys)s) AND l.state = 'published' AND l.visibility = 'open'
 ORDER BY s.layer_id, s.feature_id

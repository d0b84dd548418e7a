-- name: all
SELECT name, function, title, title_en, visibility, unit, parameters, minzoom, maxzoom, max_age_s
  FROM gis.function_layer ORDER BY name

-- name: add
INSERT INTO gis.function_layer (name, function, title, title_en, visibility, unit, parameters,
                                minzoom, maxzoom, max_age_s, declared_by)
VALUES (%(name)s, %(function)s, %(title)s, %(title_en)s, %(visibility)s, %(unit)s, %(parameters)s,
        %(minzoom)s, %(maxzoom)s, %(max_age_s)s, %(by)s)
ON CONFLICT (name) DO NOTHING
RETURNING name

-- name: remove
DELETE FROM gis.function_layer WHERE name = %(name)s RETURNING function, unit

-- name: found
SELECT p.provolatile IN ('i', 's')
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname = 'analyst' AND p.proname = %(function)s AND p.prokind = 'f'
   AND NOT p.proretset AND p.prorettype = 'bytea'::regtype
   AND oidvectortypes(p.proargtypes) = 'integer, integer, integer, jsonb'

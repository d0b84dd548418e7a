-- The ground is one value for the whole statement: the planner reads it once.
-- name: inside
coalesce(ST_Covers(
    (SELECT ST_Buffer(ST_Union(u.area), %(area_slack)s) FROM gis.unit u
      WHERE u.code = ANY (%(area_units)s)),
    ST_Transform(ST_SetSRID({geometry}, {srid}), 4326)), false)

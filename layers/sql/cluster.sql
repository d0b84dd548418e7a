-- name: member
(t.geom_3857 && ST_MakeEnvelope({xmin}, {ymin}, {xmax}, {ymax}, 3857)
 AND floor(((ST_XMin(t.geom_3857) + ST_XMax(t.geom_3857)) / 2 + {half}) / {side}) = {gx}
 AND floor(({half} - (ST_YMin(t.geom_3857) + ST_YMax(t.geom_3857)) / 2) / {side}) = {gy}
 AND {weight} < {least})

-- name: summary
SELECT n, x0, y0, x1, y1, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
  FROM (SELECT count(*) AS n, min(cx) AS x0, min(cy) AS y0, max(cx) AS x1, max(cy) AS y1,
               ST_Transform(ST_SetSRID(ST_Extent(geom_3857)::geometry, 3857), 4326) AS box
          FROM (SELECT t.geom_3857, (ST_XMin(t.geom_3857) + ST_XMax(t.geom_3857)) / 2 AS cx,
                       (ST_YMin(t.geom_3857) + ST_YMax(t.geom_3857)) / 2 AS cy
                  FROM {table} t WHERE {where}) m) s

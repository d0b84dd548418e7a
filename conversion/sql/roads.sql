-- name: roads
SELECT ST_AsBinary(ST_Transform(t.geom, 4326)) FROM {table} t
 WHERE ST_Dimension(t.geom) < 2 AND ST_NPoints(t.geom) <= %(most_points)s
 ORDER BY t.id
 LIMIT %(limit)s

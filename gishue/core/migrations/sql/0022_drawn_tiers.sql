-- Derived tables of areas hold each shape as tiles of their zoom draw it; see layers/sql/tier.sql.
-- Those without are made anew; until then the layer is read row by row.
UPDATE gis.layer SET tiered_epoch = -1
 WHERE id IN (SELECT layer_id FROM gis.tier WHERE kind = 'polygon');

-- Derived tables of each audience whose rows are kept back by a rule; see layers/tiers.py.
-- rule: that of whom a tier is for, empty for those who see all. Layers with rules are made anew.
ALTER TABLE gis.tier ADD COLUMN rule text NOT NULL DEFAULT '';
ALTER TABLE gis.tier DROP CONSTRAINT tier_pkey;
ALTER TABLE gis.tier ADD PRIMARY KEY (table_name);
ALTER TABLE gis.tier DROP CONSTRAINT tier_table_name_key;
CREATE INDEX ON gis.tier (layer_id);
UPDATE gis.layer SET tiered_epoch = -1 WHERE id IN (SELECT layer_id FROM gis.row_rule);

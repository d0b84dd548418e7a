-- Derived tables that far zooms of a large layer are drawn from; see layers/tiers.py.
-- tiered_epoch: the epoch for which they were last made; of another epoch none is read.
-- zoom_overrides: what the layer says of its tiles, a range of zooms each; see layers/zoom.py.
ALTER TABLE gis.layer ADD COLUMN tiered_epoch bigint NOT NULL DEFAULT -1;
ALTER TABLE gis.layer ADD COLUMN zoom_overrides jsonb NOT NULL DEFAULT '[]';

CREATE TABLE gis.tier (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    z int NOT NULL CHECK (z BETWEEN 0 AND 24),
    table_name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('polygon', 'line', 'point')),
    from_base boolean NOT NULL,
    fields text[] NOT NULL,
    filter text NOT NULL DEFAULT '',
    snap_px float8 NOT NULL,
    PRIMARY KEY (layer_id, z)
);
CREATE SEQUENCE gis.tier_number;

-- A tier that is no longer the layer's is left to the sweeper, also where the layer itself goes.
CREATE FUNCTION gis.leave_tier() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO gis.replaced_table (table_name) VALUES (OLD.table_name) ON CONFLICT DO NOTHING;
    RETURN OLD;
END $$;
CREATE TRIGGER leave_tier AFTER DELETE ON gis.tier
    FOR EACH ROW EXECUTE FUNCTION gis.leave_tier();

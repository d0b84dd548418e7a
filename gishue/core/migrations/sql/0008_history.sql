-- What a layer is told apart by, and whether rows that go are kept for reading as of their time.
ALTER TABLE gis.layer ADD COLUMN key_field text;
ALTER TABLE gis.layer ADD COLUMN keep_history boolean NOT NULL DEFAULT true;

-- Roles stand in gis.membership and in gis.api_key.role since 0011; nobody reads these columns now.
ALTER TABLE gis.account DROP COLUMN roles;
ALTER TABLE gis.api_key DROP COLUMN roles;

-- Tables of areas, staged ones too, generate what tiles need of them; see layers/sql/table.sql. Each
-- is written anew.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT c.oid::regclass AS name, postgis_typmod_srid(g.atttypmod) AS srid,
               (SELECT i.indexrelid::regclass::text FROM pg_index i
                 WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum) AS index
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'geom_3857'
          JOIN pg_attribute g ON g.attrelid = c.oid AND g.attname = 'geom'
         WHERE c.relnamespace IN ('data'::regnamespace, 'staging'::regnamespace)
           AND c.relkind = 'r' AND a.attgenerated = 's'
           AND postgis_typmod_type(a.atttypmod) = 'MultiPolygon'
    LOOP
        EXECUTE format($step$
            ALTER TABLE %s
                DROP COLUMN geom_3857,
                ADD COLUMN geom_3857 geometry(MultiPolygon, 3857)
                    GENERATED ALWAYS AS (ST_ForcePolygonCW(ST_Transform(geom, 3857))) STORED,
                ADD COLUMN geom_breadth real GENERATED ALWAYS AS (
                    CASE WHEN ST_NRings(geom) = 1 THEN
                        CASE WHEN ST_MemSize(ST_RemoveRepeatedPoints(geom, %s)) = ST_MemSize(geom)
                             THEN 2 ELSE -2 END * ST_Area(geom) / nullif(ST_Perimeter(geom), 0)
                    END::real) STORED
            $step$, one.name, CASE one.srid WHEN 4326 THEN '8.983152841195214e-06' ELSE '1.0' END);
        IF one.index IS NOT NULL THEN
            EXECUTE format('CREATE INDEX %I ON %s USING gist (geom_3857)',
                           (parse_ident(one.index))[array_upper(parse_ident(one.index), 1)],
                           one.name);
            EXECUTE format('ANALYZE %s', one.name);
        END IF;
    END LOOP;
END
$$;

-- name: steady
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- name: create
CREATE TABLE IF NOT EXISTS {past} (
    id bigint NOT NULL,
    version bigint NOT NULL,
    {columns}
    geom geometry({geometry}, {srid}),
    until bigint NOT NULL,
    PRIMARY KEY (id, version)
)

-- name: index
CREATE INDEX IF NOT EXISTS {name} ON {past} USING gist (geom)

-- name: keep
INSERT INTO {past} (id, version, {columns} geom, until)
SELECT t.id, t.version, {values} t.geom, %(revision)s
  FROM {table} t JOIN pg_temp.pairing p ON p.live_id = t.id
 WHERE p.what IN ('changed', 'removed')

-- name: clear
DELETE FROM {past}

-- name: copy
INSERT INTO {table} (id, {columns} geom) SELECT t.id, {columns} t.geom FROM {source} t

-- name: is_there
SELECT to_regclass(%(name)s) IS NOT NULL

-- name: keep_table
INSERT INTO gis.past_table (table_name, layer_id, since, until, fields, geometry_type, srid,
                            source_crs, operation, accuracy_m, encoding)
SELECT l.table_name, l.id, l.kept_since, l.revision + 1, %(fields)s, l.geometry_type, l.srid,
       l.source_crs, l.operation, l.accuracy_m, l.encoding
  FROM gis.layer l WHERE l.id = %(id)s

-- name: revision_at
SELECT revision, at, feature_count, bounds FROM gis.history
 WHERE layer_id = %(id)s AND at <= %(at)s ORDER BY revision DESC LIMIT 1

-- name: at_revision
SELECT revision, at, feature_count, bounds FROM gis.history
 WHERE layer_id = %(id)s AND revision <= %(revision)s
   AND %(revision)s <= (SELECT revision FROM gis.layer WHERE id = %(id)s)
 ORDER BY revision DESC LIMIT 1

-- name: kept_since
SELECT kept_since FROM gis.layer WHERE id = %(id)s

-- name: begin_again
UPDATE gis.layer SET kept_since = revision WHERE id = %(id)s

-- name: past_table
SELECT table_name, fields, geometry_type, srid, source_crs, operation, accuracy_m, encoding
  FROM gis.past_table
 WHERE layer_id = %(id)s AND since <= %(revision)s AND until > %(revision)s

-- name: oldest
SELECT min(h.at) FROM gis.history h
  JOIN gis.layer l ON l.id = h.layer_id
 WHERE l.id = %(id)s AND h.revision >= %(from)s
   AND (h.revision >= l.kept_since
        OR EXISTS (SELECT FROM gis.past_table p
                    WHERE p.layer_id = l.id AND p.since <= h.revision AND p.until > h.revision))

-- name: table_now
(SELECT t.id, t.version, {columns} t.geom FROM {table} t WHERE t.version <= {revision})

-- name: table_and_past
(SELECT t.id, t.version, {columns} t.geom FROM {table} t WHERE t.version <= {revision}
 UNION ALL
 SELECT t.id, t.version, {columns} t.geom FROM {past} t
  WHERE t.version <= {revision} AND t.until > {revision})

-- name: to_thin
UPDATE gis.past_table SET is_thin = true
 WHERE NOT is_thin AND replaced_at < now() - make_interval(secs => %(older_than_s)s)
RETURNING table_name

-- name: thin
ALTER TABLE IF EXISTS {table} DROP COLUMN IF EXISTS geom_3857, DROP COLUMN IF EXISTS geom_breadth

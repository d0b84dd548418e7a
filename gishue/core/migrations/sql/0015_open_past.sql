-- open_since_revision: the first revision since the layer became open, or closed to fewer; 0 for
-- one that was never closed to more. What it held before is shown to its own unit alone.
ALTER TABLE gis.layer ADD COLUMN open_since_revision bigint NOT NULL DEFAULT 0;

-- Of layers that were opened before this step the history tells, since when it writes so.
UPDATE gis.layer l SET open_since_revision = h.revision
  FROM (SELECT layer_id, max(revision) AS revision FROM gis.history
         WHERE action = 'opened' OR detail ->> 'visibility' IN ('open', 'internal')
            OR (action = 'described' AND detail -> 'fields' ? 'visibility')
         GROUP BY layer_id) h
 WHERE h.layer_id = l.id;

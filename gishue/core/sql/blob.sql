-- name: register
INSERT INTO gis.blob (sha256, size, name, media_type)
VALUES (%(sha256)s, %(size)s, %(name)s, %(media_type)s)
ON CONFLICT (sha256) DO UPDATE SET created_at = now()

-- name: exists
SELECT 1 FROM gis.blob WHERE sha256 = %(sha256)s

-- name: forget_unused
DELETE FROM gis.blob b
 WHERE b.created_at < now() - make_interval(secs => %(older_than_s)s)
   AND NOT EXISTS (SELECT 1 FROM gis.upload u
                    WHERE (u.sha256 = b.sha256
                           AND (u.state <> 'refused'
                                OR u.updated_at > now() - make_interval(secs => %(older_than_s)s)))
                       OR (u.staged ->> 'sha256' = b.sha256 AND u.state = 'staged'))
   AND NOT EXISTS (SELECT 1 FROM gis.layer l WHERE l.asset = b.sha256)
   AND NOT EXISTS (SELECT 1 FROM gis.archive a WHERE a.sha256 = b.sha256)
   AND NOT EXISTS (SELECT 1 FROM gis.photo p WHERE p.sha256 = b.sha256)
   AND NOT EXISTS (SELECT 1 FROM gis.report_photo r
                    WHERE b.sha256 IN (r.sha256, r.original_sha256))
RETURNING b.sha256

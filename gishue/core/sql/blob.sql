-- name: register
INSERT INTO gis.blob (sha256, size, name, media_type)
VALUES (%(sha256)s, %(size)s, %(name)s, %(media_type)s)
ON CONFLICT (sha256) DO NOTHING

-- name: has_database
SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = %(name)s)

-- name: create_database
CREATE DATABASE gishue

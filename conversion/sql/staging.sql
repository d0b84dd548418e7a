-- name: copy_in
COPY {table} ({columns}) FROM STDIN (FORMAT binary)

-- name: duplicates
SELECT count(*) - count(DISTINCT {column}) FROM {table}

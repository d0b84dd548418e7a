-- name: copy_in
COPY {table} ({columns}) FROM STDIN (FORMAT binary)

-- name: keep
INSERT INTO gis.sign_in_attempt (state_sha256, browser_sha256, nonce, code_verifier, next,
                                 expires_at)
VALUES (%(state)s, %(browser)s, %(nonce)s, %(code_verifier)s, %(next)s, %(expires_at)s)

-- name: take
DELETE FROM gis.sign_in_attempt
 WHERE state_sha256 = %(state)s AND browser_sha256 = %(browser)s AND expires_at > %(now)s
RETURNING nonce, code_verifier, next

-- name: sweep
DELETE FROM gis.sign_in_attempt WHERE expires_at < %(now)s

-- name: obey
INSERT INTO gis.logout_token (token_sha256, expires_at) VALUES (%(token)s, %(expires_at)s)
ON CONFLICT DO NOTHING
RETURNING true

-- name: sweep_logouts
DELETE FROM gis.logout_token WHERE expires_at < %(now)s

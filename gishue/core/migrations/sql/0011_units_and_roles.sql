-- A tree of units, people with roles in them, and keys narrowed to layers and acts.
-- The columns account.roles and api_key.roles are read no more; they go one release later.
CREATE TYPE gis.role AS ENUM ('viewer', 'editor', 'publisher', 'unit_admin', 'city_admin');

ALTER TABLE gis.unit
    ADD COLUMN parent text REFERENCES gis.unit,
    ADD COLUMN kind text NOT NULL DEFAULT 'department'
        CHECK (kind IN ('city', 'department', 'ward', 'division')),
    ADD COLUMN area geometry(MultiPolygon, 4326),
    ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD CHECK (kind <> 'city' OR parent IS NULL);
CREATE UNIQUE INDEX unit_city ON gis.unit (kind) WHERE kind = 'city';
CREATE INDEX unit_parent ON gis.unit (parent);

CREATE FUNCTION gis.check_unit_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.parent AS code
            UNION
            SELECT u.parent FROM above a JOIN gis.unit u ON u.code = a.code
        )
        SELECT 1 FROM above WHERE code = NEW.code
    ) THEN
        RAISE EXCEPTION 'unit % would lie below itself', NEW.code USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER unit_tree BEFORE INSERT OR UPDATE OF parent ON gis.unit
    FOR EACH ROW WHEN (NEW.parent IS NOT NULL) EXECUTE FUNCTION gis.check_unit_tree();

-- A role without a unit: of the staff in general, or the administrator of the city.
CREATE TABLE gis.membership (
    account_id bigint NOT NULL REFERENCES gis.account ON DELETE CASCADE,
    unit text REFERENCES gis.unit,
    role gis.role NOT NULL,
    source text NOT NULL DEFAULT 'given' CHECK (source IN ('given', 'claims')),
    given_by text NOT NULL DEFAULT '',
    given_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (account_id, unit, source),
    CHECK (role <> 'city_admin' OR unit IS NULL)
);
CREATE INDEX membership_unit ON gis.membership (unit);

-- Editors could publish until now and go on doing so.
INSERT INTO gis.membership (account_id, unit, role)
SELECT id, CASE WHEN NOT 'admin' = ANY (roles) THEN unit END,
       CASE WHEN 'admin' = ANY (roles) THEN 'city_admin'
            WHEN 'editor' = ANY (roles) THEN 'publisher' ELSE 'viewer' END::gis.role
  FROM gis.account;

ALTER TABLE gis.account
    ADD COLUMN issuer text,
    ADD COLUMN subject text,
    ADD COLUMN email text NOT NULL DEFAULT '',
    ADD UNIQUE (issuer, subject),
    ADD CHECK ((issuer IS NULL) = (subject IS NULL));

ALTER TABLE gis.session
    ADD COLUMN unit text REFERENCES gis.unit ON DELETE SET NULL,
    ADD COLUMN issuer text,
    ADD COLUMN sid text;
CREATE INDEX session_account ON gis.session (account_id);
CREATE INDEX session_sid ON gis.session (issuer, sid) WHERE sid IS NOT NULL;

-- Whoever holds the token chooses the password of the account.
CREATE TABLE gis.invitation (
    token_sha256 bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES gis.account ON DELETE CASCADE,
    made_by text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX invitation_account ON gis.invitation (account_id);

ALTER TABLE gis.api_key
    ADD COLUMN role gis.role NOT NULL DEFAULT 'viewer',
    ADD COLUMN layers text[],
    ADD COLUMN acts text[] CHECK (acts <@ ARRAY['read', 'download', 'edit', 'publish', 'administer']),
    ADD COLUMN rate_per_minute int CHECK (rate_per_minute > 0),
    ADD COLUMN made_by text NOT NULL DEFAULT '',
    ADD COLUMN last_used_at timestamptz;
UPDATE gis.api_key
   SET role = CASE WHEN 'admin' = ANY (roles) THEN 'city_admin'
                   WHEN 'editor' = ANY (roles) THEN 'publisher' ELSE 'viewer' END::gis.role;

-- Sign-ins under way at the issuer: what must come back, and to which browser. Taken once.
CREATE TABLE gis.sign_in_attempt (
    state_sha256 bytea PRIMARY KEY,
    browser_sha256 bytea NOT NULL,
    nonce text NOT NULL,
    code_verifier text NOT NULL,
    next text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_expiry ON gis.sign_in_attempt (expires_at);

-- Logout tokens of the issuer that were obeyed: none of them a second time.
CREATE TABLE gis.logout_token (
    token_sha256 bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX logout_token_expiry ON gis.logout_token (expires_at);

-- What claims of the issuer give. A rule without a unit: the unit is the {unit} of its value, or,
-- where that has none, the role is one of the staff in general. The first that applies names home.
CREATE TABLE gis.claim_rule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    position int NOT NULL DEFAULT 100,
    claim text NOT NULL CHECK (claim <> ''),
    value text NOT NULL CHECK (value <> ''),
    unit text REFERENCES gis.unit,
    role gis.role NOT NULL,
    CHECK (role <> 'city_admin' OR (unit IS NULL AND value NOT LIKE '%{unit}%')),
    CHECK (unit IS NULL OR value NOT LIKE '%{unit}%'),
    UNIQUE NULLS NOT DISTINCT (claim, value, unit)
);

-- The units below a unit, itself among them; units that are closed, and what is below them, are not.
CREATE FUNCTION gis.units_below(top text) RETURNS TABLE (code text) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE below AS (
        SELECT u.code FROM gis.unit u WHERE u.code = top AND u.is_active
        UNION
        SELECT u.code FROM below b JOIN gis.unit u ON u.parent = b.code AND u.is_active
    )
    SELECT b.code FROM below b
$$;

-- The highest role that an account has in each unit; '' stands for no unit in particular.
CREATE FUNCTION gis.roles_of(account bigint) RETURNS TABLE (unit text, role gis.role)
LANGUAGE sql STABLE AS $$
    SELECT held.unit, max(held.role)
      FROM (SELECT coalesce(b.code, '') AS unit, m.role
              FROM gis.membership m LEFT JOIN LATERAL gis.units_below(m.unit) b ON true
             WHERE m.account_id = account AND (m.unit IS NULL OR b.code IS NOT NULL)) held
     GROUP BY held.unit
$$;

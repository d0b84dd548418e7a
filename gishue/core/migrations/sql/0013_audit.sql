-- Who did what to what, from where, with which result: written with the change, then chained.
-- An entry waits here from the commit of its change until it is sealed, a second at most.
CREATE TABLE gis.audit_pending (
    entry bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_name text NOT NULL,
    account_id bigint,
    key_id text,
    unit text,
    act text NOT NULL CHECK (act <> ''),
    object_kind text NOT NULL,
    object text NOT NULL,
    object_unit text,
    door text NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    result text NOT NULL CHECK (result IN ('allowed', 'refused', 'failed')),
    detail jsonb NOT NULL CHECK (jsonb_typeof(detail) = 'object')
);

-- The chain. hash: SHA-256 of all other columns in their canonical form, prev among them.
-- No reference to other tables: an entry outlives what it tells of.
CREATE TABLE gis.audit (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    entry bigint NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_name text NOT NULL,
    account_id bigint,
    key_id text,
    unit text,
    act text NOT NULL,
    object_kind text NOT NULL,
    object text NOT NULL,
    object_unit text,
    door text NOT NULL,
    address text NOT NULL,
    request_id text NOT NULL,
    result text NOT NULL,
    detail jsonb NOT NULL,
    sealed_at timestamptz NOT NULL,
    prev bytea NOT NULL CHECK (octet_length(prev) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
CREATE INDEX audit_at ON gis.audit (at);
CREATE INDEX audit_actor ON gis.audit (actor_name, seq);
CREATE INDEX audit_unit ON gis.audit (unit, seq);
CREATE INDEX audit_object ON gis.audit (object, seq);
CREATE INDEX audit_object_unit ON gis.audit (object_unit, seq);
CREATE INDEX audit_act ON gis.audit (act, seq);

-- The newest entry. Whoever holds its lock seals; that entries are missing at the end shows here.
CREATE TABLE gis.audit_head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO gis.audit_head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

CREATE FUNCTION gis.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: the audit is append-only',
        TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION gis.audit_sealed_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM gis.audit a WHERE a.entry = OLD.entry) THEN
        RAISE EXCEPTION 'audit entry % is not sealed yet and stays', OLD.entry
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION gis.audit_head_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq <= OLD.seq THEN
        RAISE EXCEPTION 'the head of the audit moves forward only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gis.audit
    FOR EACH STATEMENT EXECUTE FUNCTION gis.audit_refuse();
CREATE TRIGGER audit_pending_kept BEFORE UPDATE OR TRUNCATE ON gis.audit_pending
    FOR EACH STATEMENT EXECUTE FUNCTION gis.audit_refuse();
CREATE TRIGGER audit_pending_sealed BEFORE DELETE ON gis.audit_pending
    FOR EACH ROW EXECUTE FUNCTION gis.audit_sealed_only();
CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON gis.audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION gis.audit_refuse();
CREATE TRIGGER audit_head_moves BEFORE UPDATE ON gis.audit_head
    FOR EACH ROW EXECUTE FUNCTION gis.audit_head_forward();

-- What the triggers refuse, the role of the platform has no right to either (superusers aside).
REVOKE UPDATE, DELETE, TRUNCATE ON gis.audit FROM PUBLIC, CURRENT_USER;
REVOKE UPDATE, TRUNCATE ON gis.audit_pending FROM PUBLIC, CURRENT_USER;
REVOKE DELETE, TRUNCATE ON gis.audit_head FROM PUBLIC, CURRENT_USER;

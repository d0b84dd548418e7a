-- Why a layer is closed, what other units may do with it, who asked, and what is masked in it.
-- closure.listed_as: the layer's name in the public list, which tells nothing of its slug.
CREATE TABLE gis.closure (
    layer_id bigint PRIMARY KEY REFERENCES gis.layer ON DELETE CASCADE,
    listed_as uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    reason text NOT NULL CHECK (reason <> ''),
    reason_en text NOT NULL DEFAULT '',
    legal_basis text NOT NULL CHECK (legal_basis <> ''),
    approver text NOT NULL CHECK (approver <> ''),
    expires_at timestamptz NOT NULL,
    closed_by text NOT NULL,
    closed_at timestamptz NOT NULL DEFAULT now(),
    expiry_told_at timestamptz,
    CHECK (expires_at < closed_at + interval '5 years 1 month')
);

CREATE TABLE gis.share (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    unit text NOT NULL REFERENCES gis.unit,
    acts text[] NOT NULL CHECK (acts <> '{}' AND acts <@ ARRAY['read', 'download', 'edit']),
    within_area boolean NOT NULL DEFAULT false,
    expires_at timestamptz,
    granted_by text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_by text NOT NULL DEFAULT ''
);
CREATE INDEX share_layer ON gis.share (layer_id) WHERE revoked_at IS NULL;
CREATE INDEX share_unit ON gis.share (unit) WHERE revoked_at IS NULL;

CREATE TABLE gis.access_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    unit text NOT NULL REFERENCES gis.unit,
    account_id bigint REFERENCES gis.account ON DELETE SET NULL,
    asked_by text NOT NULL,
    purpose text NOT NULL CHECK (purpose <> ''),
    acts text[] NOT NULL CHECK (acts <> '{}' AND acts <@ ARRAY['read', 'download', 'edit']),
    wanted_until timestamptz,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'granted', 'refused', 'withdrawn')),
    answer text NOT NULL DEFAULT '',
    answered_by text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    share_id bigint REFERENCES gis.share ON DELETE SET NULL,
    CHECK ((state IN ('granted', 'refused')) = (answered_at IS NOT NULL)),
    CHECK (state <> 'refused' OR answer <> '')
);
CREATE UNIQUE INDEX access_request_pending ON gis.access_request (layer_id, unit)
    WHERE state = 'pending';

-- Kept by name: fields are written anew at every publish, and a mask must outlive that.
CREATE TABLE gis.field_mask (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    field text NOT NULL,
    audience text NOT NULL CHECK (audience IN ('staff', 'unit')),
    PRIMARY KEY (layer_id, field)
);

-- Rows that an audience sees: a CQL2 filter. The owning unit sees all.
CREATE TABLE gis.row_rule (
    layer_id bigint NOT NULL REFERENCES gis.layer ON DELETE CASCADE,
    audience text NOT NULL CHECK (audience IN ('public', 'staff')),
    filter text NOT NULL CHECK (filter <> ''),
    PRIMARY KEY (layer_id, audience)
);

-- What the catalogue says of a layer: its update cadence (a code of the EU's frequency vocabulary),
-- words to find it by, and the days that its data tell of.
ALTER TABLE gis.layer
    ADD COLUMN cadence text NOT NULL DEFAULT 'UNKNOWN' CHECK (cadence <> ''),
    ADD COLUMN keywords text[] NOT NULL DEFAULT '{}',
    ADD COLUMN covers_from date,
    ADD COLUMN covers_until date,
    ADD CHECK (covers_from <= covers_until);

-- The same decision as gishue.core.access.may for READ; a test compares them.
CREATE FUNCTION gis.may_read(
    l gis.layer, limit_to text[], reads boolean, is_admin boolean, is_staff boolean,
    viewing text[], editing text[]
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT (l.state = 'published' AND l.visibility = 'open')
        OR (reads AND (limit_to IS NULL OR l.slug = ANY (limit_to)) AND (
               is_admin
            OR (l.unit = ANY (editing))
            OR (l.state = 'published' AND (
                   (l.visibility = 'internal' AND is_staff)
                OR l.unit = ANY (viewing)
                OR EXISTS (SELECT 1 FROM gis.share s
                            WHERE s.layer_id = l.id AND s.revoked_at IS NULL
                              AND (s.expires_at IS NULL OR s.expires_at > now())
                              AND 'read' = ANY (s.acts) AND s.unit = ANY (viewing)))))) IS TRUE
$$;

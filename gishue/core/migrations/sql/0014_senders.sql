-- Who sent a file or began a pull: an account, a key, or the operator of the machine. The work goes
-- on without them, and only as long as they may do it themselves. A key whose name fits several,
-- from before its id was kept, is not known: what it sent is taken no further.
ALTER TABLE gis.upload ADD COLUMN actor_kind text, ADD COLUMN key_id text REFERENCES gis.api_key;
ALTER TABLE gis.pull ADD COLUMN actor_kind text, ADD COLUMN key_id text REFERENCES gis.api_key;
ALTER TABLE gis.resumable ADD COLUMN actor_kind text, ADD COLUMN key_id text REFERENCES gis.api_key;

CREATE FUNCTION pg_temp.kind_of(actor text, account_id bigint) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN account_id IS NOT NULL THEN 'account'
                WHEN actor = 'operator'
                     AND NOT EXISTS (SELECT 1 FROM gis.api_key k WHERE k.name = actor)
                THEN 'operator' ELSE 'key' END
$$;
CREATE FUNCTION pg_temp.key_of(actor text, account_id bigint, at timestamptz) RETURNS text
LANGUAGE sql AS $$
    SELECT min(k.id) FROM gis.api_key k
     WHERE account_id IS NULL AND k.name = actor AND actor <> 'operator'
    HAVING count(*) = 1 AND min(k.created_at) <= at
$$;
UPDATE gis.upload SET actor_kind = pg_temp.kind_of(actor, account_id),
                      key_id = pg_temp.key_of(actor, account_id, created_at);
UPDATE gis.pull SET actor_kind = pg_temp.kind_of(actor, account_id),
                    key_id = pg_temp.key_of(actor, account_id, created_at);
UPDATE gis.resumable SET actor_kind = pg_temp.kind_of(actor, account_id),
                         key_id = pg_temp.key_of(actor, account_id, created_at);

ALTER TABLE gis.upload ALTER COLUMN actor_kind SET NOT NULL,
    ADD CHECK (actor_kind IN ('account', 'key', 'operator')),
    ADD CHECK ((actor_kind = 'account') = (account_id IS NOT NULL)),
    ADD CHECK (key_id IS NULL OR actor_kind = 'key');
ALTER TABLE gis.pull ALTER COLUMN actor_kind SET NOT NULL,
    ADD CHECK (actor_kind IN ('account', 'key', 'operator')),
    ADD CHECK ((actor_kind = 'account') = (account_id IS NOT NULL)),
    ADD CHECK (key_id IS NULL OR actor_kind = 'key');
ALTER TABLE gis.resumable ALTER COLUMN actor_kind SET NOT NULL,
    ADD CHECK (actor_kind IN ('account', 'key', 'operator')),
    ADD CHECK ((actor_kind = 'account') = (account_id IS NOT NULL)),
    ADD CHECK (key_id IS NULL OR actor_kind = 'key');
-- The name that a layer would get after the file, where none is said: keys are narrowed to names.
ALTER TABLE gis.upload ADD COLUMN named text NOT NULL DEFAULT '';
CREATE INDEX upload_key ON gis.upload (key_id) WHERE key_id IS NOT NULL;

-- Who made a key: it is its unit's and outlives them, so lists say when they are gone.
ALTER TABLE gis.api_key
    ADD COLUMN made_by_account bigint REFERENCES gis.account ON DELETE SET NULL,
    ADD COLUMN made_by_key text REFERENCES gis.api_key,
    ADD CHECK (made_by_account IS NULL OR made_by_key IS NULL);
UPDATE gis.api_key k SET made_by_account = a.id
  FROM gis.account a
 WHERE a.name = k.made_by AND k.made_by <> 'operator'
   AND NOT EXISTS (SELECT 1 FROM gis.api_key other WHERE other.name = k.made_by);

-- People who were seen, and the trail of what was done by hand: what stands in the trail stays.
-- Ids are those of Telegram.

CREATE TABLE altyn.person (
    id        bigint NOT NULL,
    name      text NOT NULL,
    username  text COLLATE "C" NOT NULL,
    language  text NOT NULL,
    role      text NOT NULL,
    muted     boolean NOT NULL, -- we do not listen to them
    blocked   boolean NOT NULL, -- they do not listen to us
    since     timestamptz NOT NULL,
    seen_at   timestamptz NOT NULL,
    referrer  bigint,
    erased_at timestamptz,
    CONSTRAINT person_is_single PRIMARY KEY (id),
    CONSTRAINT person_id_is_telegrams CHECK (id BETWEEN 1 AND 4503599627370495),
    CONSTRAINT person_name_is_bounded CHECK (length(name) <= 128),
    CONSTRAINT person_username_is_one CHECK (username ~ '^[A-Za-z0-9_]{0,32}$'),
    CONSTRAINT person_language_is_known CHECK (language IN ('ru', 'en')),
    CONSTRAINT person_role_is_known
        CHECK (role IN ('customer', 'support', 'operator', 'owner')),
    CONSTRAINT person_was_seen_since CHECK (seen_at >= since),
    CONSTRAINT person_is_brought_by_another
        CHECK (referrer BETWEEN 1 AND 4503599627370495 AND referrer <> id),
    CONSTRAINT person_erased_is_nobody
        CHECK (erased_at IS NULL OR (name = '' AND username = '' AND referrer IS NULL))
);
CREATE INDEX person_called ON altyn.person (lower(username), seen_at) WHERE username <> '';
CREATE INDEX person_in_role ON altyn.person (role, id) WHERE role <> 'customer';

CREATE TRIGGER person_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.person
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('they are known for good');
CREATE TRIGGER person_beginning_is_fixed BEFORE UPDATE ON altyn.person FOR EACH ROW
    WHEN ((new.id, new.since) IS DISTINCT FROM (old.id, old.since))
    EXECUTE FUNCTION altyn.law_stands('who it is, and since when, is fixed');
CREATE TRIGGER person_referrer_is_fixed BEFORE UPDATE ON altyn.person FOR EACH ROW
    WHEN (new.referrer IS NOT NULL AND new.referrer IS DISTINCT FROM old.referrer)
    EXECUTE FUNCTION altyn.law_stands('who brought them is fixed');
CREATE TRIGGER person_time_runs_forward BEFORE UPDATE ON altyn.person FOR EACH ROW
    WHEN (new.seen_at < old.seen_at)
    EXECUTE FUNCTION altyn.law_stands('they were seen later already');

-- Each entry seals all before it: whoever changes one has to write all that follow anew.

CREATE TABLE altyn.audit (
    number bigint NOT NULL,
    at     timestamptz NOT NULL,
    who    text COLLATE "C" NOT NULL,
    what   text NOT NULL,
    about  text COLLATE "C" NOT NULL,
    facts  json NOT NULL,
    before bytea NOT NULL, -- the digest of the entry before it
    digest bytea NOT NULL,
    CONSTRAINT audit_is_single PRIMARY KEY (number),
    CONSTRAINT audit_digest_is_sha256 CHECK (length(before) = 32 AND length(digest) = 32)
);
CREATE INDEX audit_about ON altyn.audit (about, number);
CREATE INDEX audit_by ON altyn.audit (who, number);

CREATE FUNCTION altyn.audit_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT a.number, a.digest INTO last FROM altyn.audit a ORDER BY a.number DESC LIMIT 1;
    IF (new.number, new.before) IS DISTINCT FROM
       (coalesce(last.number, 0) + 1, coalesce(last.digest, decode(repeat('00', 32), 'hex'))) THEN
        RAISE EXCEPTION 'entry % of altyn.audit does not continue it', new.number
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'audit_continues';
    END IF;
    RETURN new;
END $$;

CREATE TRIGGER audit_continues BEFORE INSERT ON altyn.audit
    FOR EACH ROW EXECUTE FUNCTION altyn.audit_continues();
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON altyn.audit
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('what stands in the trail stays');

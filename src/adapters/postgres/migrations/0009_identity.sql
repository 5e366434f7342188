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

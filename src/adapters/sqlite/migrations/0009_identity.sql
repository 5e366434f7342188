-- People who were seen, and the trail of what was done by hand: what stands in the trail stays.
-- Moments are microseconds since 1970 in UTC, ids those of Telegram.

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    username TEXT NOT NULL COLLATE NOCASE,
    language TEXT NOT NULL,
    role TEXT NOT NULL,
    muted INTEGER NOT NULL, -- we do not listen to them
    blocked INTEGER NOT NULL, -- they do not listen to us
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    referrer INTEGER,
    erased_at INTEGER,
    CONSTRAINT person_id_is_telegrams CHECK (id BETWEEN 1 AND 4503599627370495),
    CONSTRAINT person_name_is_bounded CHECK (length(name) <= 128),
    CONSTRAINT person_username_is_one
        CHECK (length(username) <= 32 AND username NOT GLOB '*[^A-Za-z0-9_]*'),
    CONSTRAINT person_language_is_known CHECK (language IN ('ru', 'en')),
    CONSTRAINT person_role_is_known
        CHECK (role IN ('customer', 'support', 'operator', 'owner')),
    CONSTRAINT person_is_marked_or_not CHECK (muted IN (0, 1) AND blocked IN (0, 1)),
    CONSTRAINT person_was_seen_since CHECK (seen_at >= since),
    CONSTRAINT person_is_brought_by_another
        CHECK (referrer BETWEEN 1 AND 4503599627370495 AND referrer <> id),
    CONSTRAINT person_erased_is_nobody
        CHECK (erased_at IS NULL OR (name = '' AND username = '' AND referrer IS NULL))
) STRICT;

CREATE INDEX person_called ON person (username, seen_at) WHERE username <> '';
CREATE INDEX person_in_role ON person (role, id) WHERE role <> 'customer';

CREATE TRIGGER person_is_single BEFORE INSERT ON person
WHEN EXISTS (SELECT 1 FROM person WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'person_is_single'); END;

CREATE TRIGGER person_is_never_deleted BEFORE DELETE ON person
BEGIN SELECT RAISE(ABORT, 'person_is_never_deleted'); END;

CREATE TRIGGER person_beginning_is_fixed BEFORE UPDATE OF id, since ON person
WHEN (NEW.id, NEW.since) <> (OLD.id, OLD.since)
BEGIN SELECT RAISE(ABORT, 'person_beginning_is_fixed'); END;

CREATE TRIGGER person_referrer_is_fixed BEFORE UPDATE OF referrer ON person
WHEN NEW.referrer IS NOT NULL AND NEW.referrer IS NOT OLD.referrer
BEGIN SELECT RAISE(ABORT, 'person_referrer_is_fixed'); END;

CREATE TRIGGER person_time_runs_forward BEFORE UPDATE OF seen_at ON person
WHEN NEW.seen_at < OLD.seen_at
BEGIN SELECT RAISE(ABORT, 'person_time_runs_forward'); END;

-- Each entry seals all before it: whoever changes one has to write all that follow anew.

CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    facts TEXT NOT NULL,
    before BLOB NOT NULL, -- the digest of the entry before it
    digest BLOB NOT NULL,
    CONSTRAINT audit_digest_is_sha256 CHECK (length(before) = 32 AND length(digest) = 32),
    CONSTRAINT audit_facts_are_json CHECK (json_valid(facts))
) STRICT;

CREATE INDEX audit_about ON audit (about, number);
CREATE INDEX audit_by ON audit (who, number);

CREATE TRIGGER audit_continues BEFORE INSERT ON audit
WHEN (NEW.number, NEW.before) IS NOT (
         SELECT coalesce(max(number), 0) + 1, coalesce(digest, zeroblob(32)) FROM audit)
BEGIN SELECT RAISE(ABORT, 'audit_continues'); END;

CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END;

CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_is_append_only'); END;

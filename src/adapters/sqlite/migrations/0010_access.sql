-- What lets people and programs in. Of what opens something only a digest is kept, and what is over
-- stays over.

CREATE TABLE api_key (
    public TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL, -- in order, as JSON
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER,
    replaces TEXT NOT NULL,
    root TEXT NOT NULL, -- the first of those who took over from each other
    revoked_at INTEGER,
    used_at INTEGER,
    CONSTRAINT api_key_public_is_name
        CHECK (length(public) = 16 AND public NOT GLOB '*[^a-z2-7]*'),
    CONSTRAINT api_key_root_is_name
        CHECK (length(root) = 16 AND root NOT GLOB '*[^a-z2-7]*'),
    CONSTRAINT api_key_digest_is_whole CHECK (length(digest) = 32),
    CONSTRAINT api_key_opens_something CHECK (json_valid(scopes) AND length(scopes) > 2)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER api_key_begins BEFORE INSERT ON api_key
BEGIN
    SELECT RAISE(ABORT, 'api_key_is_single')
     WHERE EXISTS (SELECT 1 FROM api_key WHERE public = NEW.public);
END;

CREATE TRIGGER api_key_is_never_deleted BEFORE DELETE ON api_key
BEGIN SELECT RAISE(ABORT, 'api_key_is_never_deleted'); END;

CREATE TRIGGER api_key_opens_what_it_did
BEFORE UPDATE OF public, digest, name, scopes, made_by, made_at, replaces, root ON api_key
BEGIN SELECT RAISE(ABORT, 'api_key_opens_what_it_did'); END;

CREATE TRIGGER api_key_stays_revoked BEFORE UPDATE OF revoked_at ON api_key
WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
BEGIN SELECT RAISE(ABORT, 'api_key_stays_revoked'); END;

CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    person INTEGER NOT NULL,
    device TEXT NOT NULL,
    launch BLOB NOT NULL, -- the digest of what it began by
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended TEXT,
    CONSTRAINT session_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT session_launch_is_whole CHECK (length(launch) = 32),
    CONSTRAINT session_has_an_end CHECK (expires_at > began_at),
    CONSTRAINT session_end_is_known
        CHECK ((ended IS NULL) = (ended_at IS NULL) AND ended IN ('left', 'forced', 'reused'))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX session_launch_is_single ON session (launch);
CREATE INDEX session_of_person ON session (person, began_at, id);

CREATE TRIGGER session_begins BEFORE INSERT ON session
BEGIN
    SELECT RAISE(ABORT, 'session_is_single') WHERE EXISTS (SELECT 1 FROM session WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'session_launch_is_single')
     WHERE EXISTS (SELECT 1 FROM session WHERE launch = NEW.launch);
END;

CREATE TRIGGER session_is_fixed BEFORE UPDATE OF id, person, device, launch, began_at ON session
BEGIN SELECT RAISE(ABORT, 'session_is_fixed'); END;

CREATE TRIGGER session_stays_ended BEFORE UPDATE ON session WHEN OLD.ended_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'session_stays_ended'); END;

CREATE TABLE refresh (
    digest BLOB NOT NULL PRIMARY KEY,
    session BLOB NOT NULL CONSTRAINT refresh_is_of_session REFERENCES session (id),
    spent_at INTEGER,
    CONSTRAINT refresh_digest_is_whole CHECK (length(digest) = 32)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX refresh_unspent_is_single ON refresh (session) WHERE spent_at IS NULL;
CREATE INDEX refresh_of_session ON refresh (session);

CREATE TRIGGER refresh_begins BEFORE INSERT ON refresh
BEGIN
    SELECT RAISE(ABORT, 'refresh_is_single')
     WHERE EXISTS (SELECT 1 FROM refresh WHERE digest = NEW.digest);
    SELECT RAISE(ABORT, 'refresh_unspent_is_single')
     WHERE NEW.spent_at IS NULL
       AND EXISTS (SELECT 1 FROM refresh WHERE session = NEW.session AND spent_at IS NULL);
END;

CREATE TRIGGER refresh_is_fixed BEFORE UPDATE OF digest, session ON refresh
BEGIN SELECT RAISE(ABORT, 'refresh_is_fixed'); END;

CREATE TRIGGER refresh_stays_spent BEFORE UPDATE OF spent_at ON refresh
WHEN OLD.spent_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'refresh_stays_spent'); END;

CREATE TABLE second_factor (
    person INTEGER NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL, -- the secret that the app has
    made_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    step INTEGER NOT NULL, -- the half minute of the last code that counted
    recovery BLOB NOT NULL, -- the digests of codes on paper, one after the other
    CONSTRAINT second_factor_counts_when_confirmed CHECK ((confirmed_at IS NULL) = (step = 0)),
    CONSTRAINT second_factor_recovery_is_whole CHECK (length(recovery) % 32 = 0)
) STRICT;

-- A code that has counted never counts again, until the app has another secret.
CREATE TRIGGER second_factor_goes_on BEFORE UPDATE ON second_factor
WHEN NEW.made_at = OLD.made_at AND NEW.step < OLD.step
BEGIN SELECT RAISE(ABORT, 'second_factor_goes_on'); END;

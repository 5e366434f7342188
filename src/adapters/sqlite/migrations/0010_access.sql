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
    revoked_at INTEGER,
    used_at INTEGER,
    CONSTRAINT api_key_public_is_name
        CHECK (length(public) = 16 AND public NOT GLOB '*[^a-z2-7]*'),
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
BEFORE UPDATE OF public, digest, name, scopes, made_by, made_at, replaces ON api_key
BEGIN SELECT RAISE(ABORT, 'api_key_opens_what_it_did'); END;

CREATE TRIGGER api_key_stays_revoked BEFORE UPDATE OF revoked_at ON api_key
WHEN OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NOT OLD.revoked_at
BEGIN SELECT RAISE(ABORT, 'api_key_stays_revoked'); END;

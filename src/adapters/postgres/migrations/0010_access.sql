-- What lets people and programs in. Of what opens something only a digest is kept, and what is over
-- stays over.

CREATE TABLE altyn.api_key (
    public     text COLLATE "C" NOT NULL,
    digest     bytea NOT NULL,
    name       text NOT NULL,
    scopes     text[] NOT NULL,
    made_by    text NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz,
    replaces   text NOT NULL,
    revoked_at timestamptz,
    used_at    timestamptz,
    CONSTRAINT api_key_is_single PRIMARY KEY (public),
    CONSTRAINT api_key_public_is_name CHECK (public ~ '^[a-z2-7]{16}$'),
    CONSTRAINT api_key_digest_is_whole CHECK (length(digest) = 32),
    CONSTRAINT api_key_opens_something CHECK (cardinality(scopes) > 0)
);

CREATE TRIGGER api_key_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.api_key
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER api_key_opens_what_it_did BEFORE UPDATE ON altyn.api_key FOR EACH ROW
    WHEN ((new.public, new.digest, new.name, new.scopes, new.made_by, new.made_at, new.replaces)
          IS DISTINCT FROM
          (old.public, old.digest, old.name, old.scopes, old.made_by, old.made_at, old.replaces))
    EXECUTE FUNCTION altyn.law_stands('it opens what it was made for');
CREATE TRIGGER api_key_stays_revoked BEFORE UPDATE ON altyn.api_key FOR EACH ROW
    WHEN (old.revoked_at IS NOT NULL AND new.revoked_at IS DISTINCT FROM old.revoked_at)
    EXECUTE FUNCTION altyn.law_stands('what was revoked stays so');

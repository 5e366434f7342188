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
    root       text COLLATE "C" NOT NULL, -- the first of those who took over from each other
    revoked_at timestamptz,
    used_at    timestamptz,
    CONSTRAINT api_key_is_single PRIMARY KEY (public),
    CONSTRAINT api_key_public_is_name CHECK (public ~ '^[a-z2-7]{16}$'),
    CONSTRAINT api_key_root_is_name CHECK (root ~ '^[a-z2-7]{16}$'),
    CONSTRAINT api_key_digest_is_whole CHECK (length(digest) = 32),
    CONSTRAINT api_key_opens_something CHECK (cardinality(scopes) > 0)
);

CREATE TRIGGER api_key_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.api_key
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER api_key_opens_what_it_did BEFORE UPDATE ON altyn.api_key FOR EACH ROW
    WHEN ((new.public, new.digest, new.name, new.scopes, new.made_by, new.made_at, new.replaces,
           new.root)
          IS DISTINCT FROM
          (old.public, old.digest, old.name, old.scopes, old.made_by, old.made_at, old.replaces,
           old.root))
    EXECUTE FUNCTION altyn.law_stands('it opens what it was made for');
CREATE TRIGGER api_key_stays_revoked BEFORE UPDATE ON altyn.api_key FOR EACH ROW
    WHEN (old.revoked_at IS NOT NULL AND new.revoked_at IS DISTINCT FROM old.revoked_at)
    EXECUTE FUNCTION altyn.law_stands('what was revoked stays so');

CREATE TABLE altyn.session (
    id         uuid NOT NULL,
    person     bigint NOT NULL,
    device     text NOT NULL,
    launch     bytea NOT NULL, -- the digest of what it began by
    began_at   timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    ended      text,
    CONSTRAINT session_is_single PRIMARY KEY (id),
    CONSTRAINT session_launch_is_single UNIQUE (launch),
    CONSTRAINT session_launch_is_whole CHECK (length(launch) = 32),
    CONSTRAINT session_has_an_end CHECK (expires_at > began_at),
    CONSTRAINT session_end_is_known CHECK (
        (ended IS NULL) = (ended_at IS NULL) AND ended IN ('left', 'forced', 'reused')
    )
);
CREATE INDEX session_of_person ON altyn.session (person, began_at, id);

CREATE TRIGGER session_is_fixed BEFORE UPDATE ON altyn.session FOR EACH ROW
    WHEN ((new.id, new.person, new.device, new.launch, new.began_at)
          IS DISTINCT FROM (old.id, old.person, old.device, old.launch, old.began_at))
    EXECUTE FUNCTION altyn.law_stands('it is of whoever began it');
CREATE TRIGGER session_stays_ended BEFORE UPDATE ON altyn.session FOR EACH ROW
    WHEN (old.ended_at IS NOT NULL)
    EXECUTE FUNCTION altyn.law_stands('what has ended stays so');

CREATE TABLE altyn.refresh (
    digest   bytea NOT NULL,
    session  uuid NOT NULL,
    spent_at timestamptz,
    CONSTRAINT refresh_is_single PRIMARY KEY (digest),
    CONSTRAINT refresh_is_of_session FOREIGN KEY (session) REFERENCES altyn.session (id),
    CONSTRAINT refresh_digest_is_whole CHECK (length(digest) = 32)
);
CREATE UNIQUE INDEX refresh_unspent_is_single ON altyn.refresh (session) WHERE spent_at IS NULL;
CREATE INDEX refresh_of_session ON altyn.refresh (session);

CREATE TRIGGER refresh_is_fixed BEFORE UPDATE ON altyn.refresh FOR EACH ROW
    WHEN ((new.digest, new.session) IS DISTINCT FROM (old.digest, old.session))
    EXECUTE FUNCTION altyn.law_stands('it refreshes one session');
CREATE TRIGGER refresh_stays_spent BEFORE UPDATE ON altyn.refresh FOR EACH ROW
    WHEN (old.spent_at IS NOT NULL)
    EXECUTE FUNCTION altyn.law_stands('what was spent stays so');

CREATE TABLE altyn.second_factor (
    person       bigint NOT NULL,
    sealed       bytea NOT NULL, -- the secret that the app has
    made_at      timestamptz NOT NULL,
    confirmed_at timestamptz,
    step         bigint NOT NULL, -- the half minute of the last code that counted
    recovery     bytea NOT NULL, -- the digests of codes on paper, one after the other
    CONSTRAINT second_factor_is_single PRIMARY KEY (person),
    CONSTRAINT second_factor_counts_when_confirmed CHECK ((confirmed_at IS NULL) = (step = 0)),
    CONSTRAINT second_factor_recovery_is_whole CHECK (length(recovery) % 32 = 0)
);

-- A code that has counted never counts again, until the app has another secret.
CREATE TRIGGER second_factor_goes_on BEFORE UPDATE ON altyn.second_factor FOR EACH ROW
    WHEN (new.made_at = old.made_at AND new.step < old.step)
    EXECUTE FUNCTION altyn.law_stands('what has counted never counts again');

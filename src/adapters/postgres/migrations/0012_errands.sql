-- What callers asked for under keys of their own, and what they were answered. The id follows from
-- who asks, where, and under which key; it is kept for a while.

CREATE TABLE altyn.errand (
    id         uuid NOT NULL,
    digest     bytea NOT NULL, -- what tells its contents from others
    claim      uuid, -- of whoever does it now; nothing once it was given up or answered
    until      timestamptz NOT NULL, -- for how long nobody else does it
    status     smallint,
    media_type text,
    body       bytea,
    CONSTRAINT errand_is_single PRIMARY KEY (id),
    CONSTRAINT errand_digest_is_one CHECK (length(digest) = 32),
    CONSTRAINT errand_status_is_one CHECK (status BETWEEN 200 AND 499),
    CONSTRAINT errand_answer_is_whole CHECK (
        (status IS NULL) = (media_type IS NULL) AND (status IS NULL) = (body IS NULL)
    ),
    CONSTRAINT errand_answered_is_nobodys CHECK (status IS NULL OR claim IS NULL)
);
CREATE INDEX errand_oldest ON altyn.errand (until, id);

CREATE TRIGGER errand_contents_are_fixed BEFORE UPDATE ON altyn.errand FOR EACH ROW
    WHEN ((new.id, new.digest) IS DISTINCT FROM (old.id, old.digest))
    EXECUTE FUNCTION altyn.law_stands('what is asked for is fixed');
CREATE TRIGGER errand_is_answered_once BEFORE UPDATE ON altyn.errand FOR EACH ROW
    WHEN (old.status IS NOT NULL)
    EXECUTE FUNCTION altyn.law_stands('its answer stands');

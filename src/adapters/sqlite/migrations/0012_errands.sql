-- What callers asked for under keys of their own, and what they were answered. The id follows from
-- who asks, where, and under which key; it is kept for a while.

CREATE TABLE errand (
    id BLOB NOT NULL,
    digest BLOB NOT NULL, -- what tells its contents from others
    claim BLOB, -- of whoever does it now; nothing once it was given up or answered
    until INTEGER NOT NULL, -- for how long nobody else does it
    status INTEGER,
    media_type TEXT,
    body BLOB,
    CONSTRAINT errand_is_single PRIMARY KEY (id),
    CONSTRAINT errand_is_uuid CHECK (length(id) = 16 AND (claim IS NULL OR length(claim) = 16)),
    CONSTRAINT errand_digest_is_one CHECK (length(digest) = 32),
    CONSTRAINT errand_status_is_one CHECK (status BETWEEN 200 AND 499),
    CONSTRAINT errand_answer_is_whole CHECK (
        (status IS NULL) = (media_type IS NULL) AND (status IS NULL) = (body IS NULL)
    ),
    CONSTRAINT errand_answered_is_nobodys CHECK (status IS NULL OR claim IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX errand_oldest ON errand (until, id);

CREATE TRIGGER errand_contents_are_fixed BEFORE UPDATE ON errand
WHEN NEW.id <> OLD.id OR NEW.digest <> OLD.digest
BEGIN SELECT RAISE(ABORT, 'errand_contents_are_fixed'); END;

CREATE TRIGGER errand_is_answered_once BEFORE UPDATE ON errand
WHEN OLD.status IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'errand_is_answered_once'); END;

-- What is said to many at once, and the letter of each who gets it: one, which is begun once.

CREATE TABLE broadcast (
    id BLOB NOT NULL PRIMARY KEY,
    author TEXT NOT NULL,
    texts TEXT NOT NULL, -- by language, as JSON
    label TEXT, -- of the button, if there is one
    url TEXT,
    language TEXT, -- to whom, each where it is said: in what they are written to,
    role TEXT,
    bought_since INTEGER,
    not_bought_since INTEGER,
    seen_since INTEGER,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    begun_at INTEGER,
    gathered_to INTEGER,
    gathered INTEGER NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0, -- letters, counted as they move
    sending INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    gone INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    declined INTEGER NOT NULL DEFAULT 0,
    unknown INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT broadcast_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT broadcast_texts_are_json CHECK (json_valid(texts)),
    CONSTRAINT broadcast_button_is_whole CHECK ((label IS NULL) = (url IS NULL)),
    CONSTRAINT broadcast_state_is_known
        CHECK (state IN ('draft', 'sending', 'paused', 'done', 'cancelled')),
    CONSTRAINT broadcast_is_begun CHECK (
        (state IN ('sending', 'paused', 'done')) <= (begun_at IS NOT NULL)
        AND (state = 'draft') <= (begun_at IS NULL)
    ),
    CONSTRAINT broadcast_says_something CHECK (begun_at IS NULL OR length(texts) > 2),
    CONSTRAINT broadcast_ends CHECK (
        (state = 'done') <= (ended_at IS NOT NULL)
        AND (ended_at IS NOT NULL) <= (state IN ('done', 'cancelled'))
    ),
    CONSTRAINT broadcast_is_done_with_all
        CHECK (state <> 'done' OR (gathered = 1 AND waiting = 0 AND sending = 0)),
    CONSTRAINT broadcast_is_counted CHECK (
        version >= 0 AND gathered IN (0, 1) AND waiting >= 0 AND sending >= 0 AND sent >= 0
        AND gone >= 0 AND refused >= 0 AND declined >= 0 AND unknown >= 0
    )
) STRICT, WITHOUT ROWID;

CREATE INDEX broadcast_newest ON broadcast (created_at, id);
CREATE INDEX broadcast_under_way ON broadcast (begun_at, id)
    WHERE begun_at IS NOT NULL AND ended_at IS NULL;

CREATE TRIGGER broadcast_is_fixed BEFORE UPDATE OF id, author, created_at ON broadcast
BEGIN SELECT RAISE(ABORT, 'broadcast_is_fixed'); END;

CREATE TRIGGER broadcast_says_the_same BEFORE UPDATE ON broadcast
WHEN OLD.state <> 'draft'
     AND (NEW.texts, NEW.label, NEW.url, NEW.language, NEW.role, NEW.bought_since,
          NEW.not_bought_since, NEW.seen_since, NEW.begun_at)
      IS NOT
         (OLD.texts, OLD.label, OLD.url, OLD.language, OLD.role, OLD.bought_since,
          OLD.not_bought_since, OLD.seen_since, OLD.begun_at)
BEGIN SELECT RAISE(ABORT, 'broadcast_says_the_same'); END;

CREATE TRIGGER broadcast_moves BEFORE UPDATE OF state ON broadcast
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'draft' THEN NEW.state IN ('sending', 'cancelled')
     WHEN 'sending' THEN NEW.state IN ('paused', 'done', 'cancelled')
     WHEN 'paused' THEN NEW.state IN ('sending', 'cancelled')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'broadcast_moves'); END;

CREATE TRIGGER broadcast_counts_on BEFORE UPDATE OF version ON broadcast
WHEN NEW.version NOT IN (OLD.version, OLD.version + 1)
BEGIN SELECT RAISE(ABORT, 'broadcast_counts_on'); END;

CREATE TABLE letter (
    broadcast BLOB NOT NULL CONSTRAINT letter_broadcast_is_known REFERENCES broadcast (id),
    recipient INTEGER NOT NULL,
    state TEXT NOT NULL,
    told TEXT NOT NULL,
    at INTEGER,
    PRIMARY KEY (broadcast, recipient),
    CONSTRAINT letter_state_is_known CHECK (
        state IN ('waiting', 'sending', 'sent', 'gone', 'refused', 'declined', 'unknown')
    ),
    CONSTRAINT letter_is_dated CHECK (state = 'waiting' OR at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX letter_in_state ON letter (broadcast, state, recipient);

CREATE TRIGGER letter_is_fixed BEFORE UPDATE OF broadcast, recipient ON letter
BEGIN SELECT RAISE(ABORT, 'letter_is_fixed'); END;

-- Once it may have been sent it never waits again, unless it is certain that it was not.
CREATE TRIGGER letter_moves BEFORE UPDATE OF state ON letter
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'waiting' THEN NEW.state IN ('sending', 'declined')
     WHEN 'sending' THEN NEW.state IN ('waiting', 'sent', 'gone', 'refused', 'unknown')
     WHEN 'unknown' THEN NEW.state IN ('sent', 'gone', 'refused')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'letter_moves'); END;

CREATE TRIGGER letter_waits_first BEFORE INSERT ON letter
WHEN NEW.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'letter_waits_first'); END;

CREATE TRIGGER letter_is_kept BEFORE DELETE ON letter
BEGIN SELECT RAISE(ABORT, 'letter_is_kept'); END;

CREATE TRIGGER letter_is_counted AFTER INSERT ON letter
BEGIN
    UPDATE broadcast SET waiting = waiting + 1 WHERE id = NEW.broadcast;
END;

CREATE TRIGGER letter_is_counted_on AFTER UPDATE OF state ON letter
WHEN NEW.state <> OLD.state
BEGIN
    UPDATE broadcast
       SET waiting = waiting + (NEW.state = 'waiting') - (OLD.state = 'waiting'),
           sending = sending + (NEW.state = 'sending') - (OLD.state = 'sending'),
           sent = sent + (NEW.state = 'sent') - (OLD.state = 'sent'),
           gone = gone + (NEW.state = 'gone') - (OLD.state = 'gone'),
           refused = refused + (NEW.state = 'refused') - (OLD.state = 'refused'),
           declined = declined + (NEW.state = 'declined') - (OLD.state = 'declined'),
           unknown = unknown + (NEW.state = 'unknown') - (OLD.state = 'unknown')
     WHERE id = NEW.broadcast;
END;

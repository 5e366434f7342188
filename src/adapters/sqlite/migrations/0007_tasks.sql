-- What has to be done, until it is done and a while longer; and leases on what only one may do.

CREATE TABLE task (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL, -- as they were written, so that they can be compared to the letter
    state TEXT NOT NULL,
    at INTEGER NOT NULL, -- when it is due, when the lease on it ends, when it ended
    attempts INTEGER NOT NULL,
    claim BLOB,
    told TEXT NOT NULL,
    CONSTRAINT task_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT task_kind_is_word
        CHECK (length(kind) <= 32 AND kind GLOB '[a-z]*' AND kind NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT task_facts_are_bounded
        CHECK (json_valid(facts) AND length(CAST(facts AS BLOB)) <= 4096),
    CONSTRAINT task_state_is_known CHECK (state IN ('waiting', 'claimed', 'done', 'dead')),
    CONSTRAINT task_is_in_somebodys_hands
        CHECK (coalesce(length(claim) = 16, state = 'waiting')),
    CONSTRAINT task_is_counted CHECK (attempts >= 0)
) STRICT, WITHOUT ROWID;

-- Whoever's lease is over is in the way of nobody: one look finds what is due in either state.
CREATE INDEX task_due ON task (kind, at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX task_dead ON task (at, id) WHERE state = 'dead';
CREATE INDEX task_done ON task (at, id) WHERE state = 'done';

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    token INTEGER NOT NULL,
    until INTEGER NOT NULL,
    CONSTRAINT lease_is_counted CHECK (token > 0)
) STRICT, WITHOUT ROWID;


-- The laws, for whoever writes ------------------------------------------------------------------

CREATE TRIGGER task_begins BEFORE INSERT ON task
BEGIN
    SELECT RAISE(ABORT, 'task_is_single') WHERE EXISTS (SELECT 1 FROM task WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'task_begins_waiting')
     WHERE NEW.state <> 'waiting' OR NEW.attempts <> 0 OR NEW.claim IS NOT NULL;
END;

CREATE TRIGGER task_is_fixed BEFORE UPDATE OF id, kind, facts ON task
BEGIN SELECT RAISE(ABORT, 'task_is_fixed'); END;

CREATE TRIGGER task_moves BEFORE UPDATE OF state ON task
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'waiting' THEN NEW.state = 'claimed'
     WHEN 'claimed' THEN NEW.state IN ('waiting', 'done', 'dead')
     WHEN 'dead' THEN NEW.state = 'waiting'
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'task_moves'); END;

CREATE TRIGGER task_stays_ended BEFORE UPDATE ON task
WHEN OLD.state IN ('done', 'dead') AND NEW.state = OLD.state
BEGIN SELECT RAISE(ABORT, 'task_stays_ended'); END;

-- A claim lasts until the next one; what is replayed was never claimed.
CREATE TRIGGER task_is_claimed_anew BEFORE UPDATE ON task
WHEN NOT CASE
         WHEN OLD.state = 'dead' AND NEW.state = 'waiting'
         THEN NEW.claim IS NULL AND NEW.attempts = 0
         WHEN OLD.state = 'waiting' AND NEW.state = 'claimed' OR NEW.claim IS NOT OLD.claim
         THEN NEW.state = 'claimed' AND NEW.claim IS NOT NULL
              AND NEW.attempts = OLD.attempts + 1
         ELSE NEW.attempts = OLD.attempts
         END
BEGIN SELECT RAISE(ABORT, 'task_is_claimed_anew'); END;

CREATE TRIGGER task_is_kept_until_done BEFORE DELETE ON task
WHEN OLD.state <> 'done'
BEGIN SELECT RAISE(ABORT, 'task_is_kept_until_done'); END;

CREATE TRIGGER lease_is_single BEFORE INSERT ON lease
WHEN EXISTS (SELECT 1 FROM lease WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'lease_is_single'); END;

CREATE TRIGGER lease_is_never_deleted BEFORE DELETE ON lease
BEGIN SELECT RAISE(ABORT, 'lease_is_never_deleted'); END;

CREATE TRIGGER lease_token_grows BEFORE UPDATE ON lease
WHEN NEW.name <> OLD.name OR NEW.token < OLD.token
     OR NEW.token = OLD.token AND NEW.holder <> OLD.holder
BEGIN SELECT RAISE(ABORT, 'lease_token_grows'); END;

-- What was told to our bots, until it is handled and a while after it; what each chat shows.

CREATE TABLE chat_update (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were kept
    bot INTEGER NOT NULL,
    number INTEGER NOT NULL,
    lane TEXT NOT NULL,
    raw BLOB NOT NULL,
    taken_at INTEGER NOT NULL,
    due_at INTEGER, -- NULL: done with
    tries INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    trouble INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT chat_update_is_single UNIQUE (bot, number),
    CONSTRAINT chat_update_is_short CHECK (length(raw) <= 65536 AND length(lane) <= 64),
    CONSTRAINT chat_update_tries_are_counted CHECK (tries >= 0),
    CONSTRAINT chat_update_trouble_is_known CHECK (trouble IN (0, 1)),
    CONSTRAINT chat_update_trouble_is_over CHECK (trouble = 0 OR due_at IS NULL)
) STRICT;

CREATE INDEX chat_update_waiting ON chat_update (bot, lane, sequence) WHERE due_at IS NOT NULL;
CREATE INDEX chat_update_of_lane ON chat_update (bot, lane, number);
CREATE INDEX chat_update_troubled ON chat_update (bot, taken_at, number) WHERE trouble <> 0;
CREATE INDEX chat_update_old ON chat_update (taken_at) WHERE due_at IS NULL;

CREATE TRIGGER chat_update_keeps_what_was_told
BEFORE UPDATE OF bot, number, lane, raw, taken_at ON chat_update
BEGIN
    SELECT RAISE(ABORT, 'chat_update_keeps_what_was_told: an update stays as it was told');
END;

CREATE TABLE chat_window (
    bot INTEGER NOT NULL,
    chat INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    scene TEXT NOT NULL,
    facts TEXT NOT NULL,
    message INTEGER,
    drawn INTEGER NOT NULL DEFAULT 0,
    look_at INTEGER,
    CONSTRAINT chat_window_is_single PRIMARY KEY (bot, chat),
    CONSTRAINT chat_window_turn_is_counted CHECK (turn > 0 AND drawn BETWEEN 0 AND turn),
    CONSTRAINT chat_window_facts_are_json CHECK (json_valid(facts) AND length(facts) <= 65536)
) STRICT, WITHOUT ROWID;

CREATE INDEX chat_window_due ON chat_window (bot, look_at) WHERE look_at IS NOT NULL;

CREATE TRIGGER chat_window_turns_forwards
BEFORE UPDATE OF turn ON chat_window
WHEN new.turn NOT IN (old.turn, old.turn + 1)
BEGIN
    SELECT RAISE(ABORT, 'chat_window_turns_forwards: each turn is the next one');
END;

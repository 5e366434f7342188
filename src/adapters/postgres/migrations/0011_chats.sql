-- What was told to our bots, until it is handled and a while after it; what each chat shows.

CREATE TABLE altyn.chat_update (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order in which they were kept
    bot      bigint NOT NULL,
    number   bigint NOT NULL,
    lane     text COLLATE "C" NOT NULL,
    raw      bytea NOT NULL,
    taken_at timestamptz NOT NULL,
    due_at   timestamptz, -- NULL: done with
    tries    integer NOT NULL DEFAULT 0,
    outcome  text NOT NULL DEFAULT '',
    trouble  boolean NOT NULL DEFAULT false,
    CONSTRAINT chat_update_is_single UNIQUE (bot, number),
    CONSTRAINT chat_update_is_short CHECK (length(raw) <= 65536 AND length(lane) <= 64),
    CONSTRAINT chat_update_tries_are_counted CHECK (tries >= 0),
    CONSTRAINT chat_update_trouble_is_over CHECK (NOT trouble OR due_at IS NULL)
);
CREATE INDEX chat_update_waiting ON altyn.chat_update (bot, lane, position)
 WHERE due_at IS NOT NULL;
CREATE INDEX chat_update_of_lane ON altyn.chat_update (bot, lane, number);
CREATE INDEX chat_update_troubled ON altyn.chat_update (bot, taken_at, number) WHERE trouble;
CREATE INDEX chat_update_old ON altyn.chat_update (taken_at) WHERE due_at IS NULL;

CREATE TRIGGER chat_update_keeps_what_was_told
BEFORE UPDATE OF bot, number, lane, raw, taken_at ON altyn.chat_update
   FOR EACH ROW EXECUTE FUNCTION altyn.law_stands('an update stays as it was told');

CREATE TABLE altyn.chat_window (
    bot     bigint NOT NULL,
    chat    bigint NOT NULL,
    turn    bigint NOT NULL,
    scene   text NOT NULL,
    facts   jsonb NOT NULL,
    message bigint,
    drawn   bigint NOT NULL DEFAULT 0,
    look_at timestamptz,
    CONSTRAINT chat_window_is_single PRIMARY KEY (bot, chat),
    CONSTRAINT chat_window_turn_is_counted CHECK (turn > 0 AND drawn BETWEEN 0 AND turn),
    CONSTRAINT chat_window_facts_are_json CHECK (jsonb_typeof(facts) = 'object')
);
CREATE INDEX chat_window_due ON altyn.chat_window (bot, look_at) WHERE look_at IS NOT NULL;

CREATE TRIGGER chat_window_turns_forwards
BEFORE UPDATE OF turn ON altyn.chat_window
   FOR EACH ROW WHEN (new.turn NOT IN (old.turn, old.turn + 1))
       EXECUTE FUNCTION altyn.law_stands('each turn is the next one');

-- What people ask us: tickets, each with a number that they can say, until a person has answered.

CREATE TABLE ticket (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    person INTEGER NOT NULL,
    about TEXT NOT NULL,
    words TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    answer TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    since INTEGER NOT NULL,
    CONSTRAINT ticket_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT ticket_is_of_somebody CHECK (person BETWEEN 1 AND 4503599627370495),
    CONSTRAINT ticket_words_are_bounded
        CHECK (length(words) <= 1000 AND length(answer) <= 1000 AND length(about) <= 64),
    CONSTRAINT ticket_state_is_known CHECK (state IN ('open', 'answered', 'closed')),
    CONSTRAINT ticket_open_is_nobodys CHECK (state <> 'open' OR (answer = '' AND decided_by = ''))
) STRICT;

CREATE UNIQUE INDEX ticket_is_single ON ticket (id);
CREATE INDEX ticket_of_person ON ticket (person, number);
CREATE INDEX ticket_open ON ticket (number) WHERE state = 'open';

CREATE TRIGGER ticket_is_never_deleted BEFORE DELETE ON ticket
BEGIN SELECT RAISE(ABORT, 'ticket_is_never_deleted'); END;

CREATE TRIGGER ticket_is_fixed BEFORE UPDATE ON ticket
WHEN (NEW.number, NEW.id, NEW.person, NEW.about, NEW.opened_at)
     IS NOT (OLD.number, OLD.id, OLD.person, OLD.about, OLD.opened_at)
  OR (NEW.words <> OLD.words AND NEW.words <> '')
BEGIN SELECT RAISE(ABORT, 'ticket_is_fixed'); END;

CREATE TRIGGER ticket_moves BEFORE UPDATE ON ticket
WHEN NEW.state <> OLD.state
 AND (OLD.state, NEW.state)
     NOT IN (VALUES ('open', 'answered'), ('open', 'closed'), ('answered', 'closed'))
BEGIN SELECT RAISE(ABORT, 'ticket_moves'); END;

CREATE TRIGGER ticket_answer_stands BEFORE UPDATE ON ticket
WHEN NEW.state = OLD.state AND NEW.answer <> OLD.answer AND NEW.answer <> ''
BEGIN SELECT RAISE(ABORT, 'ticket_answer_stands'); END;

CREATE TRIGGER ticket_version_grows_by_one BEFORE UPDATE ON ticket
WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'ticket_version_grows_by_one'); END;

-- Who came by somebody is counted without reading everybody.
CREATE INDEX person_came_by ON person (referrer) WHERE referrer IS NOT NULL;

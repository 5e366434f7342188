-- What people ask us: tickets, each with a number that they can say, until a person has answered.

CREATE TABLE altyn.ticket (
    number     bigint GENERATED ALWAYS AS IDENTITY,
    id         uuid NOT NULL,
    person     bigint NOT NULL,
    about      text NOT NULL,
    words      text NOT NULL,
    state      text NOT NULL,
    version    int NOT NULL,
    opened_at  timestamptz NOT NULL,
    answer     text NOT NULL,
    decided_by text NOT NULL,
    since      timestamptz NOT NULL,
    CONSTRAINT ticket_number_is_single PRIMARY KEY (number),
    CONSTRAINT ticket_is_single UNIQUE (id),
    CONSTRAINT ticket_is_of_somebody CHECK (person BETWEEN 1 AND 4503599627370495),
    CONSTRAINT ticket_words_are_bounded
        CHECK (length(words) <= 1000 AND length(answer) <= 1000 AND length(about) <= 64),
    CONSTRAINT ticket_state_is_known CHECK (state IN ('open', 'answered', 'closed')),
    CONSTRAINT ticket_open_is_nobodys CHECK (state <> 'open' OR (answer = '' AND decided_by = ''))
);
CREATE INDEX ticket_of_person ON altyn.ticket (person, number);
CREATE INDEX ticket_open ON altyn.ticket (number) WHERE state = 'open';

CREATE TRIGGER ticket_is_never_deleted BEFORE DELETE ON altyn.ticket
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER ticket_is_fixed BEFORE UPDATE ON altyn.ticket FOR EACH ROW
    WHEN ((new.number, new.id, new.person, new.about, new.opened_at)
          IS DISTINCT FROM (old.number, old.id, old.person, old.about, old.opened_at)
       OR (new.words <> old.words AND new.words <> ''))
    EXECUTE FUNCTION altyn.law_stands('what was asked stays as it was');
CREATE TRIGGER ticket_moves BEFORE UPDATE ON altyn.ticket FOR EACH ROW
    WHEN (new.state <> old.state
      AND (old.state, new.state)
          NOT IN (('open', 'answered'), ('open', 'closed'), ('answered', 'closed')))
    EXECUTE FUNCTION altyn.law_stands('no move leads there');
CREATE TRIGGER ticket_answer_stands BEFORE UPDATE ON altyn.ticket FOR EACH ROW
    WHEN (new.state = old.state AND new.answer <> old.answer AND new.answer <> '')
    EXECUTE FUNCTION altyn.law_stands('its answer stands');
CREATE TRIGGER ticket_version_grows_by_one BEFORE UPDATE ON altyn.ticket FOR EACH ROW
    WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION altyn.law_stands('the version grows by one');

-- Who came by somebody is counted without reading everybody.
CREATE INDEX person_came_by ON altyn.person (referrer) WHERE referrer IS NOT NULL;

-- What follows from events. One that could not be passed on says why and waits for a person.

ALTER TABLE event ADD COLUMN stuck TEXT
    CONSTRAINT event_stuck_is_waiting CHECK (stuck IS NULL OR delivered = 0);

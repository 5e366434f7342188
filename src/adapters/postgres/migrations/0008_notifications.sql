-- What follows from events. One that could not be passed on says why and waits for a person.

ALTER TABLE altyn.outbox ADD COLUMN stuck text;
-- Not checked against what is there, where nothing is stuck: that would keep writers waiting.
ALTER TABLE altyn.outbox ADD CONSTRAINT outbox_stuck_is_waiting
    CHECK (stuck IS NULL OR delivered_at IS NULL) NOT VALID;

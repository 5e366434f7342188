-- What was delivered is forgotten by its age: what still has to stay is in nobody's way.
CREATE INDEX event_old ON event (at, sequence) WHERE delivered = 1;

-- To whom a broadcast was sent is kept for a while after its end; how many they were for good.
CREATE INDEX letter_to ON letter (recipient, broadcast);
CREATE INDEX broadcast_ended ON broadcast (ended_at) WHERE ended_at IS NOT NULL;

DROP TRIGGER letter_is_kept;
CREATE TRIGGER letter_is_kept BEFORE DELETE ON letter
WHEN EXISTS (SELECT 1 FROM broadcast WHERE id = OLD.broadcast AND ended_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'letter_is_kept'); END;

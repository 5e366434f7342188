-- What was kept long enough is forgotten, in small writes that find it by an index.

CREATE INDEX webhook_delivery_old ON webhook_delivery (made_at, id) WHERE state <> 'waiting';
CREATE INDEX notification_old ON notification (made_at, id) WHERE state <> 'waiting';

-- Up to where events were forgotten: whoever was shown less cannot go on from there.
CREATE TABLE event_forgotten (
    one INTEGER PRIMARY KEY CONSTRAINT event_forgotten_is_one CHECK (one = 1),
    place INTEGER NOT NULL
) STRICT;
INSERT INTO event_forgotten (one, place) VALUES (1, 0);

CREATE TRIGGER event_forgotten_grows BEFORE UPDATE ON event_forgotten
WHEN NEW.place < OLD.place
BEGIN SELECT RAISE(ABORT, 'event_forgotten_grows'); END;

CREATE TRIGGER event_forgotten_stays BEFORE DELETE ON event_forgotten
BEGIN SELECT RAISE(ABORT, 'event_forgotten_stays'); END;

CREATE TRIGGER event_waits_to_be_told BEFORE DELETE ON event
WHEN OLD.delivered = 0
BEGIN SELECT RAISE(ABORT, 'event_waits_to_be_told'); END;

-- When each window changed last; of those that are there nobody knows.
ALTER TABLE chat_window ADD COLUMN turned_at INTEGER NOT NULL DEFAULT 0;
UPDATE chat_window SET turned_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000;
CREATE INDEX chat_window_old ON chat_window (turned_at);

-- Whoever is erased is named nowhere any more: of them it is told in words without a name.
CREATE INDEX event_naming ON event (json_extract(facts, '$.buyer'))
    WHERE json_extract(facts, '$.recipient') IS NOT NULL;

DROP TRIGGER webhook_delivery_is_fixed;
CREATE TRIGGER webhook_delivery_is_fixed
BEFORE UPDATE OF id, webhook, event, name, body, made_at ON webhook_delivery
WHEN (NEW.id, NEW.webhook, NEW.event, NEW.name, NEW.made_at)
     <> (OLD.id, OLD.webhook, OLD.event, OLD.name, OLD.made_at)
  OR NEW.body <> OLD.body AND instr(NEW.body, '"recipient":null') = 0
BEGIN SELECT RAISE(ABORT, 'webhook_delivery_is_fixed'); END;

-- Since when no money goes out, for the books were restored; nothing when it does.
CREATE TABLE standstill (
    one INTEGER PRIMARY KEY CONSTRAINT standstill_is_one CHECK (one = 1),
    since INTEGER NOT NULL
) STRICT;

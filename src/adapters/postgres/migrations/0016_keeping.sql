-- What was kept long enough is forgotten, in small writes that find it by an index.

CREATE INDEX webhook_delivery_old ON altyn.webhook_delivery (made_at, id) WHERE state <> 'waiting';
CREATE INDEX notification_old ON altyn.notification (made_at, id) WHERE state <> 'waiting';

-- Up to where events were forgotten: whoever was shown less cannot go on from there.
CREATE TABLE altyn.outbox_forgotten (
    one   boolean NOT NULL DEFAULT true,
    place bigint NOT NULL,
    CONSTRAINT outbox_forgotten_is_single PRIMARY KEY (one),
    CONSTRAINT outbox_forgotten_is_one CHECK (one)
);
INSERT INTO altyn.outbox_forgotten (place) VALUES (0);
CREATE TRIGGER outbox_forgotten_grows BEFORE UPDATE ON altyn.outbox_forgotten FOR EACH ROW
    WHEN (new.place < old.place)
    EXECUTE FUNCTION altyn.law_stands('what was forgotten stays so');
CREATE TRIGGER outbox_forgotten_stays BEFORE DELETE OR TRUNCATE ON altyn.outbox_forgotten
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('what was forgotten stays so');
CREATE TRIGGER outbox_waits_to_be_told BEFORE DELETE ON altyn.outbox FOR EACH ROW
    WHEN (old.delivered_at IS NULL)
    EXECUTE FUNCTION altyn.law_stands('it was not passed on');

-- When each window changed last; of those that are there nobody knows.
ALTER TABLE altyn.chat_window ADD COLUMN turned_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX chat_window_old ON altyn.chat_window (turned_at);

-- Whoever is erased is named nowhere any more: of them it is told in words without a name.
CREATE INDEX outbox_naming ON altyn.outbox ((facts->>'buyer'))
    WHERE facts->>'recipient' IS NOT NULL;

DROP TRIGGER webhook_delivery_is_fixed ON altyn.webhook_delivery;
CREATE TRIGGER webhook_delivery_is_fixed BEFORE UPDATE ON altyn.webhook_delivery FOR EACH ROW
    WHEN ((new.id, new.webhook, new.event, new.name, new.made_at)
          IS DISTINCT FROM (old.id, old.webhook, old.event, old.name, old.made_at)
          OR new.body <> old.body AND position('"recipient":null' IN new.body) = 0)
    EXECUTE FUNCTION altyn.law_stands('what is told is fixed');

-- Since when no money goes out, for the books were restored; nothing when it does.
CREATE TABLE altyn.standstill (
    one   boolean NOT NULL DEFAULT true,
    since timestamptz NOT NULL,
    CONSTRAINT standstill_is_single PRIMARY KEY (one),
    CONSTRAINT standstill_is_one CHECK (one)
);

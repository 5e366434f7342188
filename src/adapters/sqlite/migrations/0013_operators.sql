-- Secrets that somebody told a bot are not kept, and what a day came to is found without reading all.

DROP TRIGGER chat_update_keeps_what_was_told;

CREATE TRIGGER chat_update_keeps_what_was_told
BEFORE UPDATE OF bot, number, lane, raw, taken_at ON chat_update
WHEN (new.bot, new.number, new.lane, new.taken_at)
     IS NOT (old.bot, old.number, old.lane, old.taken_at)
  OR (new.raw <> old.raw AND new.raw <> x'')
BEGIN
    SELECT RAISE(ABORT, 'chat_update_keeps_what_was_told: an update stays as it was told');
END;

CREATE INDEX person_came ON person (since);
CREATE INDEX arrival_came ON arrival (noted_at);
CREATE INDEX refund_asked_for ON refund (created_at);
CREATE INDEX purchase_delivered ON purchase (since) WHERE state = 'delivered';

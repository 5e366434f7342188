-- Secrets that somebody told a bot are not kept, and what a day came to is found without reading all.

DROP TRIGGER chat_update_keeps_what_was_told ON altyn.chat_update;

CREATE TRIGGER chat_update_keeps_what_was_told
BEFORE UPDATE OF bot, number, lane, raw, taken_at ON altyn.chat_update FOR EACH ROW
    WHEN ((new.bot, new.number, new.lane, new.taken_at)
          IS DISTINCT FROM (old.bot, old.number, old.lane, old.taken_at)
       OR (new.raw <> old.raw AND new.raw <> ''))
    EXECUTE FUNCTION altyn.law_stands('an update stays as it was told');

CREATE INDEX person_came ON altyn.person (since);
CREATE INDEX arrival_came ON altyn.arrival (noted_at);
CREATE INDEX refund_asked_for ON altyn.refund (created_at);
CREATE INDEX purchase_delivered ON altyn.purchase (since) WHERE state = 'delivered';

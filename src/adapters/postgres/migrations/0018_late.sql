-- Goods may come after their money has gone back: then the house bears what they cost, until
-- somebody pays for them after all.

ALTER TABLE altyn.purchase
    ADD COLUMN late text NOT NULL DEFAULT '',
    ADD CONSTRAINT purchase_late_is_known CHECK (late IN ('', 'waiting', 'borne', 'paid')),
    ADD CONSTRAINT purchase_is_late_after_it_was_given_up CHECK (
        CASE late WHEN '' THEN true
                  WHEN 'paid' THEN paid AND state = 'delivered'
                  ELSE paid AND state = 'released' END
    );

CREATE TRIGGER purchase_late_moves BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (new.late <> old.late AND NOT
          CASE old.late
              WHEN '' THEN new.late IN ('waiting', 'paid') AND old.state = 'released'
              WHEN 'waiting' THEN new.late IN ('borne', 'paid')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('what came late is not undone');

DROP TRIGGER purchase_moves ON altyn.purchase;
CREATE TRIGGER purchase_moves BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'quoted' THEN new.state IN ('reserved', 'refused')
              WHEN 'reserved' THEN new.state IN ('ordered', 'refused')
              WHEN 'ordered' THEN new.state IN ('paying', 'reserved', 'refused')
              WHEN 'paying' THEN new.state IN ('paid', 'reserved', 'released')
              WHEN 'paid' THEN new.state IN ('delivered', 'unknown', 'released')
              WHEN 'unknown' THEN new.state IN ('delivered', 'review', 'released')
              WHEN 'review' THEN new.state IN ('delivered', 'released')
              WHEN 'released' THEN new.state = 'delivered' AND new.late = 'paid'
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');

DROP INDEX altyn.purchase_in_review;
CREATE INDEX purchase_in_review ON altyn.purchase (created_at, id)
    WHERE state = 'review' OR late = 'waiting';
CREATE INDEX purchase_given_up ON altyn.purchase (since, id)
    WHERE state = 'released' AND late = '' AND paid;

-- Goods may come after their money has gone back: then the house bears what they cost, until
-- somebody pays for them after all.

ALTER TABLE purchase ADD COLUMN late TEXT NOT NULL DEFAULT ''
    CONSTRAINT purchase_late_is_known CHECK (late IN ('', 'waiting', 'borne', 'paid'))
    CONSTRAINT purchase_is_late_after_it_was_given_up
        CHECK (CASE late WHEN '' THEN 1
                         WHEN 'paid' THEN paid = 1 AND state = 'delivered'
                         ELSE paid = 1 AND state = 'released' END);

CREATE TRIGGER purchase_late_moves BEFORE UPDATE OF late ON purchase
WHEN NEW.late <> OLD.late AND NOT
     CASE OLD.late
     WHEN '' THEN NEW.late IN ('waiting', 'paid') AND OLD.state = 'released'
     WHEN 'waiting' THEN NEW.late IN ('borne', 'paid')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'purchase_late_moves'); END;

DROP TRIGGER purchase_moves;
CREATE TRIGGER purchase_moves BEFORE UPDATE OF state ON purchase
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'quoted' THEN NEW.state IN ('reserved', 'refused')
     WHEN 'reserved' THEN NEW.state IN ('ordered', 'refused')
     WHEN 'ordered' THEN NEW.state IN ('paying', 'reserved', 'refused')
     WHEN 'paying' THEN NEW.state IN ('paid', 'reserved', 'released')
     WHEN 'paid' THEN NEW.state IN ('delivered', 'unknown', 'released')
     WHEN 'unknown' THEN NEW.state IN ('delivered', 'review', 'released')
     WHEN 'review' THEN NEW.state IN ('delivered', 'released')
     WHEN 'released' THEN NEW.state = 'delivered' AND NEW.late = 'paid'
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'purchase_moves'); END;

DROP INDEX purchase_in_review;
CREATE INDEX purchase_in_review ON purchase (created_at, id)
 WHERE state = 'review' OR late = 'waiting';
CREATE INDEX purchase_given_up ON purchase (since, id)
 WHERE state = 'released' AND late = '' AND paid = 1;

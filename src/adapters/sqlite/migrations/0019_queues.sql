-- Purchases queue for a lane, and whoever was reserved first has the next turn.

ALTER TABLE purchase ADD COLUMN queue TEXT NOT NULL DEFAULT ''
    CONSTRAINT purchase_queues_before_its_turn
    CHECK (queue = '' OR (state = 'reserved' AND lane = ''));
CREATE INDEX purchase_queue ON purchase (queue, since, id) WHERE queue <> '';

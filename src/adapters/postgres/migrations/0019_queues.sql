-- Purchases queue for a lane, and whoever was reserved first has the next turn.

ALTER TABLE altyn.purchase ADD COLUMN queue text COLLATE "C" NOT NULL DEFAULT '',
    ADD CONSTRAINT purchase_queues_before_its_turn
        CHECK (queue = '' OR (state = 'reserved' AND lane = ''));
CREATE INDEX purchase_queue ON altyn.purchase (queue, since, id) WHERE queue <> '';

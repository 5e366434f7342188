-- Events on their way out. What is pending is a state of a row, not a position in the table: one
-- that becomes visible late is found by the next look.

CREATE TABLE altyn.outbox (
    position     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id           uuid NOT NULL,
    name         text NOT NULL,
    at           timestamptz NOT NULL,
    facts        jsonb NOT NULL,
    delivered_at timestamptz,
    CONSTRAINT outbox_once UNIQUE (id)
);
CREATE INDEX outbox_pending ON altyn.outbox (position) WHERE delivered_at IS NULL;

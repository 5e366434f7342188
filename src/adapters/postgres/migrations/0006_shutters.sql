-- Which suppliers do not sell to us, and did not: known to every process, until somebody comes
-- through again.

CREATE TABLE altyn.shutter (
    supplier text COLLATE "C" NOT NULL,
    closed   boolean NOT NULL,
    step     smallint NOT NULL, -- where we were turned away: at a visit, an offer, an order
    reason   text NOT NULL,
    since    timestamptz NOT NULL,
    tries    int NOT NULL,
    try_at   timestamptz NOT NULL,
    CONSTRAINT shutter_is_single PRIMARY KEY (supplier),
    CONSTRAINT shutter_supplier_is_name CHECK (supplier ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT shutter_step_is_known CHECK (step IN (1, 2, 3)),
    CONSTRAINT shutter_is_counted CHECK (tries >= 0),
    CONSTRAINT shutter_says_why CHECK (length(reason) <= 500)
);

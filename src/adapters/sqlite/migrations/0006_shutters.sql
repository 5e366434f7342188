-- Which suppliers do not sell to us, and did not: known to every process, until somebody comes
-- through again.

CREATE TABLE shutter (
    supplier TEXT NOT NULL PRIMARY KEY,
    closed INTEGER NOT NULL,
    step INTEGER NOT NULL, -- where we were turned away: 1 at a visit, 2 at an offer, 3 at an order
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    try_at INTEGER NOT NULL,
    CONSTRAINT shutter_supplier_is_name
        CHECK (length(supplier) <= 32 AND supplier GLOB '[a-z]*'
               AND supplier NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT shutter_is_open_or_closed CHECK (closed IN (0, 1)),
    CONSTRAINT shutter_step_is_known CHECK (step IN (1, 2, 3)),
    CONSTRAINT shutter_is_counted CHECK (tries >= 0),
    CONSTRAINT shutter_says_why CHECK (length(reason) <= 500)
) STRICT, WITHOUT ROWID;

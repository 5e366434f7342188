-- Events on their way out. A delivered one stays, so that its id is never kept twice.

CREATE TABLE event (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were put
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    facts TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT event_id_is_single UNIQUE (id),
    CONSTRAINT event_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT event_facts_are_json CHECK (json_valid(facts)),
    CONSTRAINT event_delivered_is_known CHECK (delivered IN (0, 1))
) STRICT;

CREATE INDEX event_waiting ON event (sequence) WHERE delivered = 0;

-- How the endpoints of a pool fared, so that a restart does not forget the broken ones.

CREATE TABLE reputation (
    pool TEXT NOT NULL,
    operation TEXT NOT NULL,
    candidate TEXT NOT NULL,
    success REAL NOT NULL,
    latency_seconds REAL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT reputation_is_single PRIMARY KEY (pool, operation, candidate),
    CONSTRAINT reputation_success_is_a_share CHECK (success BETWEEN 0 AND 1),
    CONSTRAINT reputation_latency_is_a_duration CHECK (latency_seconds BETWEEN 0 AND 1e9),
    CONSTRAINT reputation_state_is_known
        CHECK (state IN ('closed', 'recovering', 'half_open', 'open'))
) STRICT, WITHOUT ROWID;

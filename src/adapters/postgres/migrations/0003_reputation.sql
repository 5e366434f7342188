-- How the endpoints of a pool fared, so that a restart does not forget the broken ones.

CREATE TABLE altyn.reputation (
    pool            text COLLATE "C" NOT NULL,
    operation       text COLLATE "C" NOT NULL,
    candidate       text COLLATE "C" NOT NULL,
    success         double precision NOT NULL,
    latency_seconds double precision,
    state           text NOT NULL,
    at              timestamptz NOT NULL,
    CONSTRAINT reputation_once PRIMARY KEY (pool, operation, candidate),
    CONSTRAINT reputation_success CHECK (success BETWEEN 0 AND 1),
    CONSTRAINT reputation_latency CHECK (latency_seconds BETWEEN 0 AND 1e9),
    CONSTRAINT reputation_state CHECK (state IN ('closed', 'recovering', 'half_open', 'open'))
);

-- What has to be done, until it is done and a while longer; and leases on what only one may do.

CREATE TABLE altyn.task (
    id       uuid NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    facts    json NOT NULL, -- as they were written, so that they can be compared to the letter
    state    text NOT NULL,
    at       timestamptz NOT NULL, -- when it is due, when the lease on it ends, when it ended
    attempts int NOT NULL,
    claim    uuid,
    told     text NOT NULL,
    CONSTRAINT task_is_single PRIMARY KEY (id),
    CONSTRAINT task_kind_is_word CHECK (kind ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT task_facts_are_bounded CHECK (octet_length(facts::text) <= 4096),
    CONSTRAINT task_state_is_known CHECK (state IN ('waiting', 'claimed', 'done', 'dead')),
    CONSTRAINT task_is_in_somebodys_hands CHECK (state = 'waiting' OR claim IS NOT NULL),
    CONSTRAINT task_is_counted CHECK (attempts >= 0)
);
-- Whoever's lease is over is in the way of nobody: one look finds what is due in either state.
CREATE INDEX task_due ON altyn.task (kind, at, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX task_dead ON altyn.task (at, id) WHERE state = 'dead';
CREATE INDEX task_done ON altyn.task (at, id) WHERE state = 'done';
-- Each task leaves three old rows behind: they go before they are many.
ALTER TABLE altyn.task SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0.05, autovacuum_analyze_threshold = 5000
);

CREATE TABLE altyn.lease (
    name   text COLLATE "C" NOT NULL,
    holder text NOT NULL,
    token  bigint NOT NULL,
    until  timestamptz NOT NULL,
    CONSTRAINT lease_is_single PRIMARY KEY (name),
    CONSTRAINT lease_is_counted CHECK (token > 0)
);

-- What is done with tasks ------------------------------------------------------------------------
--
-- Plans are pinned: the tables are empty when they are planned first, and seldom stay so. A state
-- that is not distinct keeps the planner from reading all of task_due for an id. Rows are locked by
-- id, since whoever extends leases meets whoever ends tasks.

-- Answers the first one whose id is known with other contents, and then it has kept none.
CREATE FUNCTION altyn.enqueue_tasks(p_ids uuid[], p_kinds text[], p_facts text[], p_at timestamptz)
    RETURNS uuid LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_kept int;
    v_reused uuid;
BEGIN
    INSERT INTO altyn.task (id, kind, facts, state, at, attempts, told)
    SELECT n.id, n.kind, n.facts::json, 'waiting', coalesce(p_at, now()), 0, ''
      FROM unnest(p_ids, p_kinds, p_facts) AS n (id, kind, facts)
     WHERE NOT EXISTS (SELECT FROM unnest(p_ids, p_kinds, p_facts) AS o (id, kind, facts)
                         JOIN altyn.task t ON t.id = o.id
                        WHERE (t.kind, t.facts::text) <> (o.kind, o.facts))
        ON CONFLICT (id) DO NOTHING;
    GET DIAGNOSTICS v_kept = ROW_COUNT;
    IF v_kept < cardinality(p_ids) THEN
        SELECT t.id INTO v_reused
          FROM unnest(p_ids, p_kinds, p_facts) AS o (id, kind, facts)
          JOIN altyn.task t ON t.id = o.id
         WHERE (t.kind, t.facts::text) <> (o.kind, o.facts)
         ORDER BY t.id LIMIT 1;
        IF v_reused IS NOT NULL AND v_kept > 0 THEN
            -- Somebody else has just used that id: the same call again finds it known.
            RAISE EXCEPTION 'task % is known with other contents', v_reused
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'task_is_single';
        END IF;
    END IF;
    IF v_kept > 0 AND (p_at IS NULL OR p_at <= now()) THEN
        PERFORM pg_notify('altyn_tasks', '');
    END IF;
    RETURN v_reused;
END $$;

CREATE FUNCTION altyn.claim_tasks(
    p_claim uuid, p_kinds text[], p_most int[], p_lease interval
) RETURNS TABLE (id uuid, kind text, facts text, attempt int, due_at timestamptz, late interval)
    LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT d.id, d.at
          FROM unnest(p_kinds, p_most) AS w (kind, most)
         CROSS JOIN LATERAL (
                SELECT t.id, t.at FROM altyn.task t
                 WHERE t.kind = w.kind AND t.state IN ('waiting', 'claimed') AND t.at <= now()
                 ORDER BY t.at, t.id LIMIT w.most
                   FOR NO KEY UPDATE SKIP LOCKED
               ) AS d
    )
    UPDATE altyn.task t
       SET state = 'claimed', claim = p_claim, attempts = t.attempts + 1, at = now() + p_lease
      FROM due
     WHERE t.id = due.id
    RETURNING t.id, t.kind, t.facts::text, t.attempts, due.at, now() - due.at;
END $$;

-- Answers those that are still held under their claims.
CREATE FUNCTION altyn.extend_tasks(p_ids uuid[], p_claims uuid[], p_lease interval)
    RETURNS TABLE (id uuid, claim uuid) LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    UPDATE altyn.task t SET at = now() + p_lease
      FROM unnest(p_ids, p_claims) AS h (id, claim)
     WHERE t.id = h.id AND t.claim = h.claim AND t.state IS NOT DISTINCT FROM 'claimed'
    RETURNING t.id, t.claim;
END $$;

-- Answers those of which it is kept, now or before.
CREATE FUNCTION altyn.end_tasks(
    p_ids uuid[], p_claims uuid[], p_states text[], p_seconds float8[], p_told text[]
) RETURNS TABLE (id uuid, claim uuid, state text) LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_kept int;
BEGIN
    RETURN QUERY
    UPDATE altyn.task t
       SET state = e.state, at = now() + e.seconds * interval '1 second', told = e.told
      FROM unnest(p_ids, p_claims, p_states, p_seconds, p_told)
           AS e (id, claim, state, seconds, told)
     WHERE t.id = e.id AND t.claim = e.claim AND t.state IS NOT DISTINCT FROM 'claimed'
    RETURNING t.id, t.claim, t.state;
    GET DIAGNOSTICS v_kept = ROW_COUNT;
    IF v_kept < cardinality(p_ids) THEN
        RETURN QUERY
        SELECT t.id, t.claim, t.state
          FROM unnest(p_ids) AS e (id) JOIN altyn.task t ON t.id = e.id
         WHERE t.claim IS NOT NULL;
    END IF;
END $$;

-- The laws, for whoever writes ------------------------------------------------------------------

CREATE TRIGGER task_begins_waiting BEFORE INSERT ON altyn.task FOR EACH ROW
    WHEN ((new.state, new.attempts, new.claim) IS DISTINCT FROM ('waiting', 0, NULL::uuid))
    EXECUTE FUNCTION altyn.law_stands('nobody has claimed it yet');
CREATE TRIGGER task_is_fixed BEFORE UPDATE ON altyn.task FOR EACH ROW
    WHEN ((new.id, new.kind, new.facts::text) IS DISTINCT FROM (old.id, old.kind, old.facts::text))
    EXECUTE FUNCTION altyn.law_stands('what is to be done is fixed');
CREATE TRIGGER task_moves BEFORE UPDATE ON altyn.task FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'waiting' THEN new.state = 'claimed'
              WHEN 'claimed' THEN new.state IN ('waiting', 'done', 'dead')
              WHEN 'dead' THEN new.state = 'waiting'
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER task_stays_ended BEFORE UPDATE ON altyn.task FOR EACH ROW
    WHEN (old.state IN ('done', 'dead') AND new.state = old.state)
    EXECUTE FUNCTION altyn.law_stands('it is known what became of it');
-- A claim lasts until the next one; what is replayed was never claimed.
CREATE TRIGGER task_is_claimed_anew BEFORE UPDATE ON altyn.task FOR EACH ROW
    WHEN (NOT CASE
              WHEN old.state = 'dead' AND new.state = 'waiting'
              THEN new.claim IS NULL AND new.attempts = 0
              WHEN old.state = 'waiting' AND new.state = 'claimed'
                   OR new.claim IS DISTINCT FROM old.claim
              THEN new.state = 'claimed' AND new.claim IS NOT NULL
                   AND new.attempts = old.attempts + 1
              ELSE new.attempts = old.attempts
          END)
    EXECUTE FUNCTION altyn.law_stands('each claim is another attempt');
CREATE TRIGGER task_is_held_by_one BEFORE UPDATE ON altyn.task FOR EACH ROW
    WHEN (old.state = 'claimed' AND new.claim <> old.claim AND old.at > clock_timestamp())
    EXECUTE FUNCTION altyn.law_stands('the lease on it is not over');
CREATE TRIGGER task_is_kept_until_done BEFORE DELETE ON altyn.task FOR EACH ROW
    WHEN (old.state <> 'done')
    EXECUTE FUNCTION altyn.law_stands('it has not been done');
CREATE TRIGGER task_is_never_emptied BEFORE TRUNCATE ON altyn.task
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('some have not been done');

CREATE TRIGGER lease_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.lease
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('its token would begin again');
CREATE TRIGGER lease_token_grows BEFORE UPDATE ON altyn.lease FOR EACH ROW
    WHEN (new.name <> old.name OR new.token < old.token
          OR new.token = old.token AND new.holder <> old.holder)
    EXECUTE FUNCTION altyn.law_stands('each holder has a greater one');
CREATE TRIGGER lease_is_held_by_one BEFORE UPDATE ON altyn.lease FOR EACH ROW
    WHEN (new.token <> old.token AND old.until > clock_timestamp())
    EXECUTE FUNCTION altyn.law_stands('it is not over');

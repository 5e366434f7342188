-- Who holds how much of what. A transfer is one row with both of its legs; balances follow
-- transfers and holds by trigger and can be changed in no other way.

CREATE TABLE altyn.asset (
    code  text COLLATE "C" PRIMARY KEY,
    scale smallint NOT NULL,
    CONSTRAINT asset_scale CHECK (scale BETWEEN 0 AND 18),
    CONSTRAINT asset_as_counted UNIQUE (code, scale)
);

CREATE TABLE altyn.account (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name      text COLLATE "C" NOT NULL,
    asset     text COLLATE "C" NOT NULL,
    scale     smallint NOT NULL,
    opened_at timestamptz NOT NULL,
    CONSTRAINT account_once UNIQUE (name, asset),
    CONSTRAINT account_of_asset UNIQUE (id, asset),
    CONSTRAINT account_as_counted FOREIGN KEY (asset, scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT account_named CHECK (name ~ '^[a-z][a-z0-9_]{0,31}:[A-Za-z0-9][A-Za-z0-9_.@:-]{0,95}$')
);

-- Apart from the account, so that foreign keys of transfers never touch the row that changes.
CREATE TABLE altyn.balance (
    account    bigint PRIMARY KEY,
    asset      text COLLATE "C" NOT NULL,
    posted     bigint NOT NULL DEFAULT 0,
    held       bigint NOT NULL DEFAULT 0,
    floor      bigint NOT NULL,
    ceiling    bigint NOT NULL,
    entries    bigint NOT NULL DEFAULT 0,
    touched_at timestamptz NOT NULL,
    CONSTRAINT balance_of_account FOREIGN KEY (account, asset) REFERENCES altyn.account (id, asset),
    CONSTRAINT balance_limits CHECK (
        floor BETWEEN -9223372036854775807 AND 0 AND ceiling >= 0
    ),
    CONSTRAINT balance_held CHECK (held >= 0),
    CONSTRAINT balance_floor CHECK (posted - held >= floor),
    CONSTRAINT balance_ceiling CHECK (posted <= ceiling)
) WITH (fillfactor = 50);

CREATE TABLE altyn.hold (
    id         uuid PRIMARY KEY,
    account    bigint NOT NULL,
    asset      text COLLATE "C" NOT NULL,
    amount     bigint NOT NULL,
    captured   bigint NOT NULL DEFAULT 0,
    reference  text NOT NULL,
    expires_at timestamptz,
    state      text NOT NULL DEFAULT 'open',
    placed_at  timestamptz NOT NULL,
    closed_at  timestamptz,
    CONSTRAINT hold_of_account FOREIGN KEY (account, asset) REFERENCES altyn.account (id, asset),
    CONSTRAINT hold_positive CHECK (amount > 0),
    CONSTRAINT hold_captured CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT hold_state CHECK (
        CASE state
            WHEN 'open' THEN closed_at IS NULL AND captured = 0
            WHEN 'captured' THEN closed_at IS NOT NULL AND captured > 0
            WHEN 'released' THEN closed_at IS NOT NULL AND captured = 0
            WHEN 'expired' THEN closed_at IS NOT NULL AND captured = 0
                            AND coalesce(expires_at <= closed_at, false)
            ELSE false
        END
    )
);
CREATE INDEX hold_by_account ON altyn.hold (account, placed_at) WHERE amount > 0;
CREATE INDEX hold_by_expiry ON altyn.hold (expires_at, id) WHERE state = 'open' AND expires_at IS NOT NULL;

CREATE TABLE altyn.transfer (
    id            uuid PRIMARY KEY,
    source        bigint NOT NULL,
    target        bigint NOT NULL,
    asset         text COLLATE "C" NOT NULL,
    amount        bigint NOT NULL,
    kind          text NOT NULL,
    reference     text NOT NULL,
    memo          text NOT NULL,
    corrects      uuid,
    movement      uuid NOT NULL,
    leg           smallint NOT NULL,
    legs          smallint NOT NULL,
    hold          uuid,
    at            timestamptz NOT NULL,
    source_number bigint NOT NULL,
    target_number bigint NOT NULL,
    source_after  bigint NOT NULL,
    target_after  bigint NOT NULL,
    CONSTRAINT transfer_positive CHECK (amount > 0),
    CONSTRAINT transfer_numbered CHECK (source_number > 0 AND target_number > 0),
    CONSTRAINT transfer_two_accounts CHECK (source <> target),
    CONSTRAINT transfer_company CHECK (leg >= 0 AND leg < legs AND (leg > 0 OR movement = id))
);
-- These hold every row; they are partial so that only a query that names the condition can use
-- them. A plan made while the table was small would else walk one of them to find a single id.
CREATE UNIQUE INDEX transfer_of_source ON altyn.transfer (source, source_number) WHERE source_number > 0;
CREATE UNIQUE INDEX transfer_of_target ON altyn.transfer (target, target_number) WHERE target_number > 0;
CREATE INDEX transfer_by_corrected ON altyn.transfer (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX transfer_by_hold ON altyn.transfer (hold) WHERE hold IS NOT NULL;

-- Transfers with the names of their accounts, as people and programs read them.
CREATE VIEW altyn.posted AS
SELECT t.id, s.name AS source, d.name AS target, t.amount, t.asset, s.scale, t.kind, t.reference, t.memo,
       t.corrects, t.movement, t.leg, t.legs, t.hold, t.at,
       t.source_number, t.target_number, t.source_after, t.target_after
  FROM altyn.transfer t
  JOIN altyn.account s ON s.id = t.source
  JOIN altyn.account d ON d.id = t.target;

-- A transfer as each of its accounts sees it.
CREATE VIEW altyn.entry AS
SELECT source AS account, source_number AS number, id AS transfer, -amount AS change,
       source_after AS after, at
  FROM altyn.transfer WHERE source_number > 0
UNION ALL
SELECT target, target_number, id, amount, target_after, at
  FROM altyn.transfer WHERE target_number > 0;

-- What was refused stays refused: a late duplicate must not succeed after somebody was told no.
CREATE TABLE altyn.refusal (
    id       uuid PRIMARY KEY,
    contents jsonb NOT NULL,
    code     text NOT NULL,
    facts    jsonb NOT NULL,
    at       timestamptz NOT NULL
);


-- The laws, for whoever writes ------------------------------------------------------------------

CREATE FUNCTION altyn.history_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of altyn.% is refused: history is append-only', tg_op, tg_table_name
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'history_stands';
END $$;

CREATE TRIGGER history_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON altyn.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();
CREATE TRIGGER history_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON altyn.refusal
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();
CREATE TRIGGER history_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON altyn.account
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();
CREATE TRIGGER history_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON altyn.asset
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();
CREATE TRIGGER history_stands BEFORE DELETE OR TRUNCATE ON altyn.balance
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();
CREATE TRIGGER history_stands BEFORE DELETE OR TRUNCATE ON altyn.hold
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.history_stands();

-- Balances follow what was written: only the triggers below, which run deeper, may change them.
CREATE FUNCTION altyn.balance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'balance of account % follows its transfers and holds', new.account
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'balance_follows';
END $$;

CREATE TRIGGER balance_follows BEFORE UPDATE ON altyn.balance FOR EACH ROW
    WHEN (pg_trigger_depth() = 0
          AND (new.account, new.asset, new.posted, new.held, new.entries, new.touched_at)
          IS DISTINCT FROM (old.account, old.asset, old.posted, old.held, old.entries, old.touched_at))
    EXECUTE FUNCTION altyn.balance_follows();
CREATE TRIGGER balance_begins BEFORE INSERT ON altyn.balance FOR EACH ROW
    WHEN ((new.posted, new.held, new.entries) IS DISTINCT FROM (0, 0, 0))
    EXECUTE FUNCTION altyn.balance_follows();

-- A transfer continues the history of two accounts of its asset, and their balances follow it.
-- This says what foreign keys would, for a whole statement at once: checked row by row they cost
-- a fifth of a batch. Nothing they would point to can be deleted.
CREATE FUNCTION altyn.transfer_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_named bigint;
    v_moved bigint;
BEGIN
    WITH story AS MATERIALIZED (
        SELECT account, asset, count(*) AS entries, sum(change)::bigint AS change,
               min(number) AS first, min(at) AS begins, max(at) AS ends,
               min(before) FILTER (WHERE previous IS NULL) AS before,
               bool_and(previous IS NULL
                        OR (number = previous + 1 AND before = previous_after AND at >= previous_at)) AS joined
          FROM (SELECT account, asset, number, change, after - change AS before, at,
                       lag(number) OVER w AS previous, lag(after) OVER w AS previous_after,
                       lag(at) OVER w AS previous_at
                  FROM (SELECT source, asset, source_number, -amount, source_after, at FROM written
                        UNION ALL
                        SELECT target, asset, target_number, amount, target_after, at FROM written
                       ) AS leg (account, asset, number, change, after, at)
                WINDOW w AS (PARTITION BY account ORDER BY number)) AS told
         GROUP BY account, asset
    ), moved AS (
        UPDATE altyn.balance b
           SET posted = b.posted + s.change, entries = b.entries + s.entries, touched_at = s.ends
          FROM story s
         WHERE b.account = s.account AND b.asset = s.asset
           AND s.joined AND s.first = b.entries + 1 AND s.before = b.posted AND s.begins >= b.touched_at
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM story), (SELECT count(*) FROM moved) INTO v_named, v_moved;
    IF v_moved <> v_named THEN
        RAISE EXCEPTION 'transfers do not continue the history of their accounts'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transfer_continues';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER transfer_continues AFTER INSERT ON altyn.transfer
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.transfer_continues();

-- A correction runs opposite to what it names and never takes back more than was moved.
CREATE FUNCTION altyn.correction_opposes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.transfer o
      WHERE o.id = new.corrects AND o.source = new.target AND o.target = new.source
        AND o.asset = new.asset
        AND o.amount >= (SELECT sum(c.amount) FROM altyn.transfer c WHERE c.corrects = o.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transfer % does not correct %', new.id, new.corrects
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'correction_opposes';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER correction_opposes AFTER INSERT ON altyn.transfer FOR EACH ROW
    WHEN (new.corrects IS NOT NULL) EXECUTE FUNCTION altyn.correction_opposes();

-- What is spent out of a hold is spent by its own account, once it is captured, and no more.
CREATE FUNCTION altyn.capture_spends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.hold h
      WHERE h.id = new.hold AND h.account = new.source AND h.asset = new.asset AND h.state = 'captured'
        AND h.captured >= (SELECT sum(t.amount) FROM altyn.transfer t WHERE t.hold = h.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'transfer % does not come out of hold %', new.id, new.hold
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'capture_spends';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER capture_spends AFTER INSERT ON altyn.transfer FOR EACH ROW
    WHEN (new.hold IS NOT NULL) EXECUTE FUNCTION altyn.capture_spends();

-- A hold opens once and closes once; what is held follows.
CREATE FUNCTION altyn.hold_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hold % cannot go from % to %', old.id, old.state, new.state
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'hold_moves';
END $$;

CREATE FUNCTION altyn.hold_opens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'hold % must begin open', new.id
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'hold_opens';
END $$;

CREATE FUNCTION altyn.hold_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'INSERT' THEN
        UPDATE altyn.balance
           SET held = held + new.amount, touched_at = greatest(touched_at, new.placed_at)
         WHERE account = new.account;
    ELSE
        UPDATE altyn.balance
           SET held = held - new.amount, touched_at = greatest(touched_at, new.closed_at)
         WHERE account = new.account;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER hold_moves BEFORE UPDATE ON altyn.hold FOR EACH ROW
    WHEN (old.state <> 'open' OR new.state = 'open'
          OR (new.id, new.account, new.asset, new.amount, new.reference, new.placed_at)
             IS DISTINCT FROM (old.id, old.account, old.asset, old.amount, old.reference, old.placed_at)
          OR new.expires_at IS DISTINCT FROM old.expires_at)
    EXECUTE FUNCTION altyn.hold_moves();
CREATE TRIGGER hold_opens BEFORE INSERT ON altyn.hold FOR EACH ROW
    WHEN (new.state <> 'open') EXECUTE FUNCTION altyn.hold_opens();
CREATE TRIGGER hold_counts AFTER INSERT OR UPDATE ON altyn.hold FOR EACH ROW
    EXECUTE FUNCTION altyn.hold_counts();


-- The rules, in one place ------------------------------------------------------------------------
--
-- They are those of altyn.core.balances.books, rule for rule and in the same order. Balances are
-- locked by account id, ascending. A lock wait does not refresh the snapshot of the statement that
-- waits: it may read the rows that it locks, and whatever else is read comes in a later statement.
-- Plans are pinned where callers come in: one made while a table was small would walk it for ever,
-- so rows are only ever found one by one through an index.

CREATE TYPE altyn.outcome AS (
    refused       text,
    facts         jsonb,
    at            timestamptz,
    source_number bigint,
    target_number bigint,
    source_after  bigint,
    target_after  bigint
);

CREATE TYPE altyn.new_hold AS (
    id         uuid,
    account    text,
    asset      text,
    scale      int,
    amount     bigint,
    reference  text,
    expires_at timestamptz
);

CREATE FUNCTION altyn.refused(code text, facts jsonb) RETURNS altyn.outcome LANGUAGE sql IMMUTABLE AS
$$ SELECT code, facts, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint $$;

CREATE FUNCTION altyn.money(units numeric, asset text, scale int) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT jsonb_build_array(units, asset, scale) $$;

-- Locks the accounts in the one global order and tells when what follows happens: now, but never
-- before any of them was last touched.
CREATE FUNCTION altyn.lock_accounts(p_names text[], p_assets text[], p_holds uuid[], p_now timestamptz)
    RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    v_accounts bigint[];
BEGIN
    v_accounts := ARRAY(
        SELECT a.id FROM unnest(p_names, p_assets) AS n (name, asset)
          JOIN altyn.account a USING (name, asset)
        UNION
        SELECT h.account FROM altyn.hold h WHERE h.id = ANY (p_holds));
    PERFORM 1 FROM altyn.balance b WHERE b.account = ANY (v_accounts)
      ORDER BY b.account FOR NO KEY UPDATE;
    RETURN greatest(p_now, (SELECT max(b.touched_at) FROM altyn.balance b WHERE b.account = ANY (v_accounts)));
END $$;

-- One transfer between locked accounts: written, or refused with nothing written.
CREATE FUNCTION altyn.post_leg(
    p_id uuid, p_source text, p_target text, p_asset text, p_scale int, p_amount bigint,
    p_kind text, p_reference text, p_memo text, p_corrects uuid,
    p_movement uuid, p_leg int, p_legs int, p_hold uuid, p_at timestamptz
) RETURNS altyn.outcome LANGUAGE plpgsql AS $$
DECLARE
    s record;
    t record;
    mistaken record;
    v_left bigint;
    o altyn.outcome;
BEGIN
    SELECT a.id, a.scale, b.posted, b.posted::numeric - b.held - b.floor AS spendable, b.entries INTO s
      FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
     WHERE a.name = p_source AND a.asset = p_asset;
    IF NOT FOUND THEN
        RETURN altyn.refused('account_missing', jsonb_build_object('account', p_source, 'asset', p_asset));
    ELSIF s.scale <> p_scale THEN
        RETURN altyn.refused('asset_differs', jsonb_build_object(
            'given', jsonb_build_array(p_asset, p_scale), 'scale', s.scale));
    END IF;
    SELECT a.id, a.scale, b.posted, b.ceiling, b.entries INTO t
      FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
     WHERE a.name = p_target AND a.asset = p_asset;
    IF NOT FOUND THEN
        RETURN altyn.refused('account_missing', jsonb_build_object('account', p_target, 'asset', p_asset));
    END IF;
    IF p_corrects IS NOT NULL THEN
        SELECT k.source, k.target, k.asset, k.amount INTO mistaken
          FROM altyn.transfer k WHERE k.id = p_corrects;
        IF NOT FOUND THEN
            RETURN altyn.refused('transfer_missing', jsonb_build_object('transfer', p_corrects));
        ELSIF (mistaken.source, mistaken.target, mistaken.asset) <> (t.id, s.id, p_asset) THEN
            RETURN altyn.refused('not_opposite', jsonb_build_object('transfer', p_id, 'corrects', p_corrects));
        END IF;
        v_left := mistaken.amount - (SELECT coalesce(sum(c.amount), 0) FROM altyn.transfer c
                                      WHERE c.corrects = p_corrects);
        IF p_amount > v_left THEN
            RETURN altyn.refused('over_corrected', jsonb_build_object('corrects', p_corrects,
                'left', altyn.money(v_left, p_asset, p_scale), 'asked', altyn.money(p_amount, p_asset, p_scale)));
        END IF;
    END IF;
    IF p_amount > s.spendable THEN
        RETURN altyn.refused('insufficient_funds', jsonb_build_object('account', p_source,
            'available', altyn.money(s.spendable, p_asset, p_scale),
            'asked', altyn.money(p_amount, p_asset, p_scale)));
    ELSIF p_amount > t.ceiling::numeric - t.posted THEN
        RETURN altyn.refused('ceiling_reached', jsonb_build_object('account', p_target,
            'ceiling', altyn.money(t.ceiling, p_asset, p_scale),
            'balance', altyn.money(t.posted, p_asset, p_scale),
            'added', altyn.money(p_amount, p_asset, p_scale)));
    END IF;
    o.at := p_at;
    o.source_number := s.entries + 1;
    o.target_number := t.entries + 1;
    o.source_after := s.posted - p_amount;
    o.target_after := t.posted + p_amount;
    INSERT INTO altyn.transfer VALUES (
        p_id, s.id, t.id, p_asset, p_amount, p_kind, p_reference, p_memo, p_corrects,
        p_movement, p_leg, p_legs, p_hold, p_at,
        o.source_number, o.target_number, o.source_after, o.target_after);
    RETURN o;
END $$;

-- What was answered before to this id; a row of nulls when it was never asked.
CREATE FUNCTION altyn.said_before(
    p_id uuid, p_source text, p_target text, p_asset text, p_scale int, p_amount bigint,
    p_kind text, p_reference text, p_memo text, p_corrects uuid,
    p_movement uuid, p_leg int, p_legs int, p_hold uuid
) RETURNS altyn.outcome LANGUAGE plpgsql AS $$
DECLARE
    o altyn.outcome;
    v_same boolean;
BEGIN
    SELECT t.at, t.source_number, t.target_number, t.source_after, t.target_after,
           (s.name, d.name, t.asset, s.scale, t.amount, t.kind, t.reference, t.memo, t.movement, t.leg, t.legs)
           = (p_source, p_target, p_asset, p_scale, p_amount, p_kind, p_reference, p_memo, p_movement, p_leg, p_legs)
           AND t.corrects IS NOT DISTINCT FROM p_corrects AND t.hold IS NOT DISTINCT FROM p_hold
      INTO o.at, o.source_number, o.target_number, o.source_after, o.target_after, v_same
      FROM altyn.transfer t
      JOIN altyn.account s ON s.id = t.source JOIN altyn.account d ON d.id = t.target
     WHERE t.id = p_id;
    IF NOT FOUND THEN
        SELECT r.code, r.facts,
               r.contents = jsonb_build_array(p_source, p_target, p_asset, p_scale, p_amount, p_kind,
                   p_reference, p_memo, p_corrects, p_movement, p_leg, p_legs, p_hold)
          INTO o.refused, o.facts, v_same
          FROM altyn.refusal r WHERE r.id = p_id;
    END IF;
    IF v_same IS FALSE THEN
        RETURN altyn.refused('transfer_reused', jsonb_build_object('transfer', p_id));
    END IF;
    RETURN o;
END $$;

-- One transfer alone, between locked accounts, with its memory.
CREATE FUNCTION altyn.post_in_turn(
    p_id uuid, p_source text, p_target text, p_asset text, p_scale int, p_amount bigint,
    p_kind text, p_reference text, p_memo text, p_corrects uuid, p_at timestamptz
) RETURNS altyn.outcome LANGUAGE plpgsql AS $$
DECLARE
    o altyn.outcome;
BEGIN
    o := altyn.said_before(p_id, p_source, p_target, p_asset, p_scale, p_amount, p_kind, p_reference,
                           p_memo, p_corrects, p_id, 0, 1, NULL);
    IF o.refused IS NULL AND o.at IS NULL THEN
        o := altyn.post_leg(p_id, p_source, p_target, p_asset, p_scale, p_amount, p_kind, p_reference,
                            p_memo, p_corrects, p_id, 0, 1, NULL, p_at);
        IF o.refused IS NOT NULL THEN
            INSERT INTO altyn.refusal VALUES (p_id, jsonb_build_array(p_source, p_target, p_asset, p_scale,
                p_amount, p_kind, p_reference, p_memo, p_corrects, p_id, 0, 1, NULL), o.refused, o.facts, p_at);
        END IF;
    END IF;
    RETURN o;
END $$;

-- The plain way in: one transfer, one call, one commit. Both balances are locked in the order of
-- their account ids, as everywhere, and what is read of them is what the lock found. When all is
-- well the transfer is written at once; at any doubt it takes its turn by the full rules.
CREATE FUNCTION altyn.post(
    p_id uuid, p_source text, p_target text, p_asset text, p_scale int, p_amount bigint,
    p_kind text, p_reference text, p_memo text, p_corrects uuid, p_now timestamptz
) RETURNS altyn.outcome LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v record;
    o altyn.outcome;
BEGIN
    SELECT s.id AS source, t.id AS target, s.scale, greatest(p_now, low.touched_at, high.touched_at) AS at,
           CASE WHEN s.id < t.id THEN low.posted::numeric - low.held - low.floor
                ELSE high.posted::numeric - high.held - high.floor END AS spendable,
           CASE WHEN s.id < t.id THEN high.ceiling::numeric - high.posted
                ELSE low.ceiling::numeric - low.posted END AS room,
           CASE WHEN s.id < t.id THEN low.posted ELSE high.posted END - p_amount::numeric AS source_after,
           CASE WHEN s.id < t.id THEN high.posted ELSE low.posted END + p_amount::numeric AS target_after,
           CASE WHEN s.id < t.id THEN low.entries ELSE high.entries END + 1 AS source_number,
           CASE WHEN s.id < t.id THEN high.entries ELSE low.entries END + 1 AS target_number
      INTO v
      FROM altyn.account s, altyn.account t, altyn.balance low, altyn.balance high
     WHERE s.name = p_source AND s.asset = p_asset AND t.name = p_target AND t.asset = p_asset
       AND low.account = least(s.id, t.id) AND high.account = greatest(s.id, t.id)
       FOR NO KEY UPDATE OF low, high;
    IF NOT FOUND THEN  -- an account is missing: its transfer is refused, and the refusal kept
        v.at := altyn.lock_accounts(ARRAY[p_source, p_target], ARRAY[p_asset, p_asset], NULL, p_now);
    ELSIF p_amount <= v.spendable AND p_amount <= v.room AND v.scale = p_scale AND p_corrects IS NULL
          AND NOT EXISTS (SELECT 1 FROM altyn.transfer k WHERE k.id = p_id)
          AND NOT EXISTS (SELECT 1 FROM altyn.refusal k WHERE k.id = p_id) THEN
        INSERT INTO altyn.transfer VALUES (
            p_id, v.source, v.target, p_asset, p_amount, p_kind, p_reference, p_memo, NULL, p_id, 0, 1, NULL,
            v.at, v.source_number, v.target_number, v.source_after, v.target_after);
        RETURN (NULL::text, NULL::jsonb, v.at, v.source_number, v.target_number,
                v.source_after::bigint, v.target_after::bigint)::altyn.outcome;
    END IF;
    RETURN altyn.post_in_turn(p_id, p_source, p_target, p_asset, p_scale, p_amount, p_kind, p_reference,
                              p_memo, p_corrects, v.at);
END $$;

-- Many transfers, each on its own feet, in one set-based pass. Every prefix is held against the
-- limits by a window sum, so the pass is taken only when playing them one by one would refuse
-- none; at any doubt they are played one by one, inside this same call.
CREATE FUNCTION altyn.post_many(
    p_ids uuid[], p_sources text[], p_targets text[], p_assets text[], p_scales int[], p_amounts bigint[],
    p_kinds text[], p_references text[], p_memos text[], p_now timestamptz
) RETURNS SETOF altyn.outcome LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_at             timestamptz;
    v_sources        bigint[];
    v_targets        bigint[];
    v_source_numbers bigint[];
    v_target_numbers bigint[];
    v_source_afters  numeric[];
    v_target_afters  numeric[];
    v_sure           boolean;
BEGIN
    SELECT array_agg(source), array_agg(target), count(*) = cardinality(p_ids)
      INTO v_sources, v_targets, v_sure
      FROM (SELECT s.id AS source, t.id AS target
              FROM unnest(p_sources, p_targets, p_assets, p_scales) WITH ORDINALITY
                   AS asked (source, target, asset, scale, nth)
              JOIN altyn.account s ON s.name = asked.source AND s.asset = asked.asset AND s.scale = asked.scale
              JOIN altyn.account t ON t.name = asked.target AND t.asset = asked.asset AND t.scale = asked.scale
             ORDER BY nth) AS parties;

    IF v_sure THEN
        -- Locked in one statement and read in the next, here too: one that locks and reads looks
        -- again at the rows it waited for, and then takes one half of the union for the other.
        SELECT greatest(p_now, max(touched_at)) INTO v_at
          FROM (SELECT b.touched_at FROM altyn.balance b WHERE b.account = ANY (v_sources || v_targets)
                 ORDER BY b.account FOR NO KEY UPDATE) AS locked;
        SELECT array_agg(number) FILTER (WHERE leaves), array_agg(number) FILTER (WHERE NOT leaves),
               array_agg(after) FILTER (WHERE leaves), array_agg(after) FILTER (WHERE NOT leaves),
               bool_and(CASE WHEN leaves THEN after - held >= floor ELSE after <= ceiling END)
          INTO v_source_numbers, v_target_numbers, v_source_afters, v_target_afters, v_sure
          FROM (SELECT leg.leaves, b.held, b.floor, b.ceiling,
                       b.entries + row_number() OVER story AS number,
                       b.posted + sum(leg.change) OVER story AS after
                  FROM (SELECT nth, true, account, -amount
                          FROM unnest(v_sources, p_amounts) WITH ORDINALITY AS a (account, amount, nth)
                        UNION ALL
                        SELECT nth, false, account, amount
                          FROM unnest(v_targets, p_amounts) WITH ORDINALITY AS a (account, amount, nth)
                       ) AS leg (nth, leaves, account, change)
                  JOIN altyn.balance b USING (account)
                WINDOW story AS (PARTITION BY leg.account ORDER BY leg.nth)
                 ORDER BY leg.nth) AS running;
    ELSE
        v_at := altyn.lock_accounts(p_sources || p_targets, p_assets || p_assets, NULL, p_now);
    END IF;

    IF v_sure AND NOT EXISTS (SELECT 1 FROM altyn.refusal k WHERE k.id = ANY (p_ids)) THEN
        BEGIN
            INSERT INTO altyn.transfer
            SELECT id, source, target, asset, amount, kind, reference, memo, NULL, id, 0, 1, NULL, v_at,
                   source_number, target_number, source_after, target_after
              FROM unnest(p_ids, v_sources, v_targets, p_assets, p_amounts, p_kinds, p_references, p_memos,
                          v_source_numbers, v_target_numbers, v_source_afters, v_target_afters)
                   AS w (id, source, target, asset, amount, kind, reference, memo,
                         source_number, target_number, source_after, target_after);
        EXCEPTION WHEN unique_violation THEN
            v_sure := false;  -- an id is known, or comes twice: none of it was written
        END;
    ELSE
        v_sure := false;
    END IF;
    IF v_sure THEN
        RETURN QUERY
        SELECT NULL::text, NULL::jsonb, v_at, w.*
          FROM unnest(v_source_numbers, v_target_numbers, v_source_afters::bigint[], v_target_afters::bigint[]) AS w;
    ELSE
        FOR i IN 1 .. cardinality(p_ids) LOOP
            RETURN NEXT altyn.post_in_turn(p_ids[i], p_sources[i], p_targets[i], p_assets[i], p_scales[i],
                p_amounts[i], p_kinds[i], p_references[i], p_memos[i], NULL, v_at);
        END LOOP;
    END IF;
END $$;

CREATE FUNCTION altyn.legs_of(p_legs jsonb) RETURNS TABLE (
    id uuid, source text, target text, asset text, scale int, amount bigint,
    kind text, reference text, memo text, corrects uuid, nth int
) LANGUAGE sql IMMUTABLE AS $$
    SELECT l.*, (row_number() OVER ())::int - 1
      FROM jsonb_to_recordset(p_legs) AS l (
        id uuid, source text, target text, asset text, scale int, amount bigint,
        kind text, reference text, memo text, corrects uuid)
$$;

-- Closes a hold for the transfers that are about to spend it.
CREATE FUNCTION altyn.capture(p_hold uuid, p_legs jsonb, p_at timestamptz) RETURNS altyn.outcome
    LANGUAGE plpgsql AS $$
DECLARE
    kept record;
    v_asked numeric;
BEGIN
    SELECT h.state, h.expires_at, h.amount, a.name, a.asset, a.scale INTO kept
      FROM altyn.hold h JOIN altyn.account a ON a.id = h.account WHERE h.id = p_hold;
    IF NOT FOUND THEN
        RETURN altyn.refused('hold_missing', jsonb_build_object('hold', p_hold));
    ELSIF kept.state <> 'open' THEN
        RETURN altyn.refused('hold_closed', jsonb_build_object('hold', p_hold, 'state', kept.state));
    ELSIF kept.expires_at <= p_at THEN
        RETURN altyn.refused('hold_late', jsonb_build_object('hold', p_hold, 'expires_at', kept.expires_at));
    ELSIF EXISTS (SELECT 1 FROM altyn.legs_of(p_legs) l
                   WHERE (l.source, l.asset, l.scale) <> (kept.name, kept.asset, kept.scale)) THEN
        RETURN altyn.refused('hold_elsewhere', jsonb_build_object(
            'hold', p_hold, 'account', kept.name, 'asset', kept.asset));
    END IF;
    v_asked := (SELECT sum(l.amount) FROM altyn.legs_of(p_legs) l);
    IF v_asked > kept.amount THEN
        RETURN altyn.refused('hold_exceeded', jsonb_build_object('hold', p_hold,
            'held', altyn.money(kept.amount, kept.asset, kept.scale),
            'asked', altyn.money(v_asked, kept.asset, kept.scale)));
    END IF;
    UPDATE altyn.hold SET state = 'captured', captured = v_asked, closed_at = p_at
     WHERE id = p_hold AND state = 'open';
    RETURN NULL;
END $$;

-- A movement: transfers that happen together or not at all, perhaps out of a hold. A refusal
-- half-way rolls back to before the first of them and is kept under the id of each.
CREATE FUNCTION altyn.move(p_hold uuid, p_legs jsonb, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_count int := jsonb_array_length(p_legs);
    v_movement uuid := p_legs -> 0 ->> 'id';
    leg record;
    o altyn.outcome;
    v_known uuid;
    v_said jsonb[];
    v_done jsonb[];
BEGIN
    FOR leg IN SELECT * FROM altyn.legs_of(p_legs) LOOP
        o := altyn.said_before(leg.id, leg.source, leg.target, leg.asset, leg.scale, leg.amount, leg.kind,
                               leg.reference, leg.memo, leg.corrects, v_movement, leg.nth, v_count, p_hold);
        IF o.refused = 'transfer_reused' THEN
            RETURN jsonb_build_object('refused', o.refused, 'facts', o.facts);
        ELSIF o.refused IS NOT NULL THEN
            v_said := v_said || jsonb_build_object('refused', o.refused, 'facts', o.facts);
        ELSIF o.at IS NOT NULL THEN
            v_done := v_done || to_jsonb(o);
        ELSE
            CONTINUE;
        END IF;
        v_known := coalesce(v_known, leg.id);
    END LOOP;
    IF v_known IS NOT NULL THEN
        IF coalesce(cardinality(v_said), 0) + coalesce(cardinality(v_done), 0) < v_count THEN
            -- The others are new, so these happened in other company.
            RETURN jsonb_build_object('refused', 'transfer_reused',
                                      'facts', jsonb_build_object('transfer', v_known));
        END IF;
        RETURN coalesce(v_said[1], jsonb_build_object('posted', to_jsonb(v_done)));
    END IF;
    BEGIN
        IF p_hold IS NOT NULL THEN
            o := altyn.capture(p_hold, p_legs, p_at);
        END IF;
        FOR leg IN SELECT * FROM altyn.legs_of(p_legs) LOOP
            EXIT WHEN o.refused IS NOT NULL;
            o := altyn.post_leg(leg.id, leg.source, leg.target, leg.asset, leg.scale, leg.amount, leg.kind,
                                leg.reference, leg.memo, leg.corrects, v_movement, leg.nth, v_count, p_hold, p_at);
            v_done := v_done || to_jsonb(o);
        END LOOP;
        IF o.refused IS NOT NULL THEN
            RAISE EXCEPTION 'refused' USING ERRCODE = 'AL001';
        END IF;
        RETURN jsonb_build_object('posted', to_jsonb(v_done));
    EXCEPTION WHEN SQLSTATE 'AL001' THEN
        NULL;  -- nothing of it happened; what was refused is in the outcome
    END;
    INSERT INTO altyn.refusal
    SELECT l.id, jsonb_build_array(l.source, l.target, l.asset, l.scale, l.amount, l.kind, l.reference, l.memo,
                                   l.corrects, v_movement, l.nth, v_count, p_hold), o.refused, o.facts, p_at
      FROM altyn.legs_of(p_legs) l;
    RETURN jsonb_build_object('refused', o.refused, 'facts', o.facts);
END $$;

CREATE FUNCTION altyn.place(p_hold jsonb, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    h altyn.new_hold := jsonb_populate_record(NULL::altyn.new_hold, p_hold);
    kept record;
    o altyn.outcome;
BEGIN
    SELECT k.placed_at, (a.name, a.asset, a.scale, k.amount, k.reference)
                        = (h.account, h.asset, h.scale, h.amount, h.reference)
                        AND k.expires_at IS NOT DISTINCT FROM h.expires_at AS same
      INTO kept FROM altyn.hold k JOIN altyn.account a ON a.id = k.account WHERE k.id = h.id;
    IF FOUND THEN
        IF kept.same THEN
            RETURN jsonb_build_object('placed_at', kept.placed_at);
        END IF;
        RETURN jsonb_build_object('refused', 'hold_reused', 'facts', jsonb_build_object('hold', h.id));
    END IF;
    SELECT r.code, r.facts, r.contents = to_jsonb(h) AS same INTO kept FROM altyn.refusal r WHERE r.id = h.id;
    IF FOUND THEN
        IF kept.same THEN
            RETURN jsonb_build_object('refused', kept.code, 'facts', kept.facts);
        END IF;
        RETURN jsonb_build_object('refused', 'hold_reused', 'facts', jsonb_build_object('hold', h.id));
    END IF;
    SELECT a.id, a.scale,
           least(b.posted::numeric - b.held - b.floor, 9223372036854775807::numeric - b.held) AS reservable
      INTO kept FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
     WHERE a.name = h.account AND a.asset = h.asset;
    IF NOT FOUND THEN
        o := altyn.refused('account_missing', jsonb_build_object('account', h.account, 'asset', h.asset));
    ELSIF kept.scale <> h.scale THEN
        o := altyn.refused('asset_differs', jsonb_build_object(
            'given', jsonb_build_array(h.asset, h.scale), 'scale', kept.scale));
    ELSIF h.expires_at <= p_at THEN
        o := altyn.refused('hold_late', jsonb_build_object('hold', h.id, 'expires_at', h.expires_at));
    ELSIF h.amount > kept.reservable THEN
        o := altyn.refused('insufficient_funds', jsonb_build_object('account', h.account,
            'available', altyn.money(kept.reservable, h.asset, h.scale),
            'asked', altyn.money(h.amount, h.asset, h.scale)));
    ELSE
        INSERT INTO altyn.hold (id, account, asset, amount, reference, expires_at, placed_at)
        VALUES (h.id, kept.id, h.asset, h.amount, h.reference, h.expires_at, p_at);
        RETURN jsonb_build_object('placed_at', p_at);
    END IF;
    INSERT INTO altyn.refusal VALUES (h.id, to_jsonb(h), o.refused, o.facts, p_at);
    RETURN jsonb_build_object('refused', o.refused, 'facts', o.facts);
END $$;

CREATE FUNCTION altyn.give_back(p_hold uuid, p_state text, p_at timestamptz) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    kept altyn.hold;
BEGIN
    SELECT h.* INTO kept FROM altyn.hold h WHERE h.id = p_hold;
    IF NOT FOUND THEN
        RETURN jsonb_build_object('refused', 'hold_missing', 'facts', jsonb_build_object('hold', p_hold));
    ELSIF kept.state = p_state THEN
        RETURN jsonb_build_object('state', kept.state, 'closed_at', kept.closed_at);
    ELSIF kept.state <> 'open' THEN
        RETURN jsonb_build_object('refused', 'hold_closed',
                                  'facts', jsonb_build_object('hold', p_hold, 'state', kept.state));
    ELSIF p_state = 'expired' AND (kept.expires_at IS NULL OR kept.expires_at > p_at) THEN
        RETURN jsonb_build_object('refused', 'hold_not_due',
                                  'facts', jsonb_build_object('hold', p_hold, 'expires_at', kept.expires_at));
    END IF;
    UPDATE altyn.hold SET state = p_state, closed_at = p_at WHERE id = p_hold AND state = 'open';
    IF NOT FOUND THEN
        -- It was placed after the locks were taken, so its account is not among them, and somebody
        -- closed it since the look above; the next look sees how.
        RETURN altyn.give_back(p_hold, p_state, p_at);
    END IF;
    RETURN jsonb_build_object('state', p_state, 'closed_at', p_at);
END $$;

-- Any commands, one after the other, each answered by its own verdict.
CREATE FUNCTION altyn.carry_out(p_commands jsonb, p_now timestamptz) RETURNS jsonb LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    v_names text[];
    v_assets text[];
    v_holds uuid[];
    v_at timestamptz;
    v_verdicts jsonb[];
    command jsonb;
BEGIN
    SELECT array_agg(name), array_agg(asset) INTO v_names, v_assets
      FROM (SELECT c -> 'place' ->> 'account', c -> 'place' ->> 'asset'
              FROM jsonb_array_elements(p_commands) AS c WHERE c ? 'place'
            UNION
            SELECT party.name, leg ->> 'asset'
              FROM jsonb_array_elements(p_commands) AS c,
                   jsonb_array_elements(c -> 'move') AS leg,
                   LATERAL (VALUES (leg ->> 'source'), (leg ->> 'target')) AS party (name)
             WHERE c ? 'move') AS touched (name, asset);
    SELECT array_agg(coalesce(c ->> 'hold', c ->> 'release', c ->> 'expire')::uuid) INTO v_holds
      FROM jsonb_array_elements(p_commands) AS c;
    v_at := altyn.lock_accounts(v_names, v_assets, v_holds, p_now);
    FOR command IN SELECT * FROM jsonb_array_elements(p_commands) LOOP
        v_verdicts := v_verdicts || CASE
            WHEN command ? 'move' THEN altyn.move((command ->> 'hold')::uuid, command -> 'move', v_at)
            WHEN command ? 'place' THEN altyn.place(command -> 'place', v_at)
            WHEN command ? 'release' THEN altyn.give_back((command ->> 'release')::uuid, 'released', v_at)
            ELSE altyn.give_back((command ->> 'expire')::uuid, 'expired', v_at)
        END;
    END LOOP;
    RETURN to_jsonb(v_verdicts);
END $$;

-- What an account held at a past moment: its entries are numbered without gaps and in the order of
-- time, so the last one before the moment is found by halving.
CREATE FUNCTION altyn.posted_at(p_account bigint, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_low bigint := 0;
    v_high bigint := (SELECT b.entries FROM altyn.balance b WHERE b.account = p_account);
    v_middle bigint;
    v_after bigint := 0;
    entry record;
BEGIN
    WHILE v_low < v_high LOOP
        v_middle := (v_low + v_high + 1) / 2;
        SELECT e.at, e.after INTO entry FROM altyn.entry e WHERE e.account = p_account AND e.number = v_middle;
        IF entry.at <= p_at THEN
            v_low := v_middle;
            v_after := entry.after;
        ELSE
            v_high := v_middle - 1;
        END IF;
    END LOOP;
    RETURN v_after;
END $$;

CREATE FUNCTION altyn.open_account(
    p_name text, p_asset text, p_scale int, p_floor bigint, p_ceiling bigint, p_now timestamptz
) RETURNS altyn.outcome LANGUAGE plpgsql AS $$
DECLARE
    v_scale int;
    v_id bigint;
    v_same boolean;
BEGIN
    INSERT INTO altyn.asset VALUES (p_asset, p_scale) ON CONFLICT (code) DO NOTHING;
    SELECT a.scale INTO v_scale FROM altyn.asset a WHERE a.code = p_asset;
    IF v_scale <> p_scale THEN
        RETURN altyn.refused('asset_differs', jsonb_build_object(
            'given', jsonb_build_array(p_asset, p_scale), 'scale', v_scale));
    END IF;
    INSERT INTO altyn.account (name, asset, scale, opened_at) VALUES (p_name, p_asset, p_scale, p_now)
        ON CONFLICT (name, asset) DO NOTHING RETURNING id INTO v_id;
    IF v_id IS NOT NULL THEN
        INSERT INTO altyn.balance (account, asset, floor, ceiling, touched_at)
        VALUES (v_id, p_asset, p_floor, p_ceiling, p_now);
        RETURN NULL;
    END IF;
    SELECT (b.floor, b.ceiling) = (p_floor, p_ceiling) INTO v_same
      FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
     WHERE a.name = p_name AND a.asset = p_asset;
    IF NOT v_same THEN
        RETURN altyn.refused('account_differs', jsonb_build_object('account', p_name, 'asset', p_asset));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION altyn.limit_account(p_name text, p_asset text, p_scale int, p_floor bigint, p_ceiling bigint)
    RETURNS altyn.outcome LANGUAGE plpgsql AS $$
DECLARE
    v record;
    v_scale int := (SELECT a.scale FROM altyn.asset a WHERE a.code = p_asset);
BEGIN
    IF v_scale <> p_scale THEN
        RETURN altyn.refused('asset_differs', jsonb_build_object(
            'given', jsonb_build_array(p_asset, p_scale), 'scale', v_scale));
    END IF;
    SELECT a.id, b.posted, b.posted::numeric - b.held AS available INTO v
      FROM altyn.account a JOIN altyn.balance b ON b.account = a.id
     WHERE a.name = p_name AND a.asset = p_asset
       FOR NO KEY UPDATE OF b;
    IF NOT FOUND THEN
        RETURN altyn.refused('account_missing', jsonb_build_object('account', p_name, 'asset', p_asset));
    ELSIF v.available < p_floor OR v.posted > p_ceiling THEN
        RETURN altyn.refused('limits_broken', jsonb_build_object('account', p_name,
            'balance', altyn.money(v.posted, p_asset, p_scale),
            'available', altyn.money(v.available, p_asset, p_scale)));
    END IF;
    UPDATE altyn.balance SET floor = p_floor, ceiling = p_ceiling WHERE account = v.id;
    RETURN NULL;
END $$;

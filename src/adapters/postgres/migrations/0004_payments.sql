-- Payments, all that came, and what providers told us: facts stay as they were written, and what
-- becomes of them follows the tables of the core.

CREATE TABLE altyn.payment (
    id          uuid NOT NULL,
    payer       text NOT NULL,
    target      text NOT NULL,
    method      text COLLATE "C" NOT NULL,
    pays        bigint NOT NULL,
    pays_asset  text COLLATE "C" NOT NULL,
    pays_scale  smallint NOT NULL,
    gives       bigint NOT NULL,
    gives_asset text COLLATE "C" NOT NULL,
    gives_scale smallint NOT NULL,
    reference   text NOT NULL,
    state       text NOT NULL,
    came        bigint NOT NULL,
    credited    bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    check_at    timestamptz,
    checks      int NOT NULL,
    provider_id text NOT NULL,
    link        text NOT NULL,
    told        text NOT NULL,
    CONSTRAINT payment_is_single PRIMARY KEY (id),
    CONSTRAINT payment_with_method UNIQUE (id, method),
    CONSTRAINT payment_counts_pays
        FOREIGN KEY (pays_asset, pays_scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT payment_counts_gives
        FOREIGN KEY (gives_asset, gives_scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT payment_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT payment_amounts_are_positive CHECK (pays > 0 AND gives > 0),
    CONSTRAINT payment_of_one_asset_has_no_rate CHECK (pays_asset <> gives_asset OR pays = gives),
    CONSTRAINT payment_state_is_known CHECK (
        state IN ('created', 'unknown', 'pending', 'confirming', 'settled', 'underpaid',
                  'overpaid', 'expired', 'cancelled', 'failed')
    ),
    CONSTRAINT payment_credited_had_come CHECK (credited BETWEEN 0 AND came),
    CONSTRAINT payment_settled_when_all_came CHECK ((state = 'settled') = (came = pays)),
    CONSTRAINT payment_overpaid_when_more_came CHECK ((state = 'overpaid') = (came > pays)),
    CONSTRAINT payment_checks_are_counted CHECK (checks >= 0)
);
CREATE INDEX payment_due ON altyn.payment (check_at, id) WHERE check_at IS NOT NULL;

CREATE TABLE altyn.arrival (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order in which they were noted
    method   text COLLATE "C" NOT NULL,
    key      text COLLATE "C" NOT NULL,
    asset    text COLLATE "C" NOT NULL,
    scale    smallint NOT NULL,
    amount   bigint NOT NULL,
    at       timestamptz NOT NULL,
    sender   text NOT NULL,
    payment  uuid,
    "case"   text NOT NULL,
    noted_at timestamptz NOT NULL,
    credited bigint NOT NULL,
    held     bigint NOT NULL,
    why_held text NOT NULL,
    decided  boolean NOT NULL DEFAULT false, -- whether what was held was given to somebody
    CONSTRAINT arrival_is_single UNIQUE (method, key),
    CONSTRAINT arrival_counts_asset FOREIGN KEY (asset, scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT arrival_is_of_payment
        FOREIGN KEY (payment, method) REFERENCES altyn.payment (id, method),
    CONSTRAINT arrival_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT arrival_amount_is_positive CHECK (amount > 0),
    CONSTRAINT arrival_parts_are_the_whole CHECK (credited BETWEEN 0 AND amount AND held = amount - credited),
    CONSTRAINT arrival_case_is_known CHECK (
        "case" IN ('exact', 'under', 'over', 'double', 'late', 'wrong_asset', 'unmatched')
    ),
    CONSTRAINT arrival_unmatched_without_payment CHECK (("case" = 'unmatched') = (payment IS NULL)),
    CONSTRAINT arrival_decided_holds_nothing CHECK (NOT decided OR held = 0)
);
CREATE INDEX arrival_of_payment ON altyn.arrival (payment, position) WHERE payment IS NOT NULL;
CREATE INDEX arrival_held ON altyn.arrival (noted_at, method, key) WHERE held > 0;

CREATE TABLE altyn.notice (
    position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    method      text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    payment     uuid, -- as the provider says: perhaps none of ours
    provider_id text NOT NULL,
    raw         bytea NOT NULL,
    taken_at    timestamptz NOT NULL,
    read_at     timestamptz,
    tries       int NOT NULL,
    outcome     text NOT NULL,
    CONSTRAINT notice_is_single UNIQUE (method, key),
    CONSTRAINT notice_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT notice_raw_is_short CHECK (octet_length(raw) <= 65536),
    CONSTRAINT notice_tries_are_counted CHECK (tries >= 0)
);
CREATE INDEX notice_waiting ON altyn.notice (taken_at, position) WHERE read_at IS NOT NULL;


-- The laws, for whoever writes ------------------------------------------------------------------
--
-- A trigger below is named for the law that it guards; its condition is where the law is broken.

CREATE FUNCTION altyn.law_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of altyn.% is refused: %', tg_op, tg_table_name, tg_argv[0]
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = tg_name;
END $$;

CREATE TRIGGER payment_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.payment
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER arrival_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.arrival
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER notice_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.notice
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');

CREATE TRIGGER payment_begins_created BEFORE INSERT ON altyn.payment FOR EACH ROW
    WHEN ((new.state, new.came, new.credited) IS DISTINCT FROM ('created', 0, 0))
    EXECUTE FUNCTION altyn.law_stands('it begins created and unpaid');
CREATE TRIGGER payment_order_is_fixed BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN ((new.id, new.payer, new.target, new.method, new.pays, new.pays_asset, new.pays_scale,
           new.gives, new.gives_asset, new.gives_scale, new.reference, new.created_at,
           new.expires_at)
          IS DISTINCT FROM
          (old.id, old.payer, old.target, old.method, old.pays, old.pays_asset, old.pays_scale,
           old.gives, old.gives_asset, old.gives_scale, old.reference, old.created_at,
           old.expires_at))
    EXECUTE FUNCTION altyn.law_stands('its order is fixed');
CREATE TRIGGER payment_moves BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'created' THEN new.state IN ('unknown', 'pending', 'confirming', 'settled',
                                                'underpaid', 'overpaid', 'expired', 'cancelled',
                                                'failed')
              WHEN 'unknown' THEN new.state IN ('pending', 'confirming', 'settled', 'underpaid',
                                                'overpaid', 'expired', 'cancelled', 'failed')
              WHEN 'pending' THEN new.state IN ('unknown', 'confirming', 'settled', 'underpaid',
                                                'overpaid', 'expired', 'cancelled', 'failed')
              WHEN 'confirming' THEN new.state IN ('unknown', 'settled', 'underpaid', 'overpaid',
                                                   'expired', 'cancelled', 'failed')
              WHEN 'underpaid' THEN new.state IN ('settled', 'overpaid')
              WHEN 'settled' THEN new.state = 'overpaid'
              WHEN 'overpaid' THEN false
              ELSE new.state IN ('unknown', 'confirming', 'settled', 'underpaid', 'overpaid')
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER payment_money_stays BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (new.came < old.came OR new.credited < old.credited)
    EXECUTE FUNCTION altyn.law_stands('what came is never taken for not having come');
CREATE TRIGGER payment_has_one_invoice BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (old.provider_id <> '' AND new.provider_id <> old.provider_id)
    EXECUTE FUNCTION altyn.law_stands('it has one invoice');

-- What came for a payment is what arrived for it, and no more was credited.
CREATE FUNCTION altyn.payment_money_arrived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.arrival a WHERE a.payment = new.id AND a.asset = new.pays_asset
      HAVING coalesce(sum(a.amount), 0) = new.came AND coalesce(sum(a.credited), 0) >= new.credited;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'payment % does not say what arrived for it', new.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_money_arrived';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payment_money_arrived AFTER UPDATE ON altyn.payment FOR EACH ROW
    WHEN ((new.came, new.credited) IS DISTINCT FROM (old.came, old.credited))
    EXECUTE FUNCTION altyn.payment_money_arrived();

-- Another asset than was asked for is told apart where it is written down.
CREATE FUNCTION altyn.arrival_wrong_asset_is_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.payment p
      WHERE p.id = new.payment AND (new."case" = 'wrong_asset') <> (new.asset <> p.pays_asset);
    IF FOUND THEN
        RAISE EXCEPTION 'arrival % is of another asset than its case says', new.key
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'arrival_wrong_asset_is_another';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER arrival_wrong_asset_is_another AFTER INSERT ON altyn.arrival FOR EACH ROW
    WHEN (new.payment IS NOT NULL) EXECUTE FUNCTION altyn.arrival_wrong_asset_is_another();
CREATE TRIGGER arrival_begins_undecided BEFORE INSERT ON altyn.arrival FOR EACH ROW
    WHEN (new.decided) EXECUTE FUNCTION altyn.law_stands('nothing is decided yet');
CREATE TRIGGER arrival_is_fixed BEFORE UPDATE ON altyn.arrival FOR EACH ROW
    WHEN ((new.position, new.method, new.key, new.asset, new.scale, new.amount, new.at, new.sender,
           new.payment, new."case", new.noted_at)
          IS DISTINCT FROM
          (old.position, old.method, old.key, old.asset, old.scale, old.amount, old.at, old.sender,
           old.payment, old."case", old.noted_at))
    EXECUTE FUNCTION altyn.law_stands('what came is a fact');
-- What is held is decided about once; before that, what was to be credited may turn out to be
-- refused, and is held too.
CREATE TRIGGER arrival_is_decided_once BEFORE UPDATE ON altyn.arrival FOR EACH ROW
    WHEN (new.decided <> old.decided AND (old.held = 0 OR new.held <> 0)
          OR new.held < old.held AND NOT new.decided
          OR new.held > old.held AND new.held <> new.amount)
    EXECUTE FUNCTION altyn.law_stands('what is held is decided about once');

CREATE TRIGGER notice_is_fixed BEFORE UPDATE ON altyn.notice FOR EACH ROW
    WHEN ((new.position, new.method, new.key, new.payment, new.provider_id, new.raw, new.taken_at)
          IS DISTINCT FROM
          (old.position, old.method, old.key, old.payment, old.provider_id, old.raw, old.taken_at))
    EXECUTE FUNCTION altyn.law_stands('what we were told is a fact');

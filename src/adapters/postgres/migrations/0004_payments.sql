-- Payments, all that came, what goes back, and what providers told us: facts stay as they were
-- written, and what becomes of them follows the tables of the core.

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
    goods       text NOT NULL,
    place       text NOT NULL,
    country     text COLLATE "C" NOT NULL, -- of the payer; empty when it is not known
    state       text NOT NULL,
    came        bigint NOT NULL,
    credited    bigint NOT NULL, -- what the target has had of it and was not taken back
    "returning" bigint NOT NULL,
    returned    bigint NOT NULL,
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
    CONSTRAINT payment_goods_are_known CHECK (goods IN ('digital', 'physical', 'service')),
    CONSTRAINT payment_place_is_known CHECK (place IN ('telegram', 'elsewhere')),
    CONSTRAINT payment_country_is_two_letters CHECK (country ~ '^([A-Z][A-Z])?$'),
    CONSTRAINT payment_state_is_known CHECK (
        state IN ('created', 'unknown', 'pending', 'confirming', 'settled', 'underpaid',
                  'overpaid', 'expired', 'cancelled', 'failed', 'refunding', 'refunded')
    ),
    CONSTRAINT payment_parts_had_come CHECK (
        credited >= 0 AND "returning" >= 0 AND returned >= 0
        AND credited + "returning" + returned <= came
    ),
    CONSTRAINT payment_settled_when_all_came CHECK (state <> 'settled' OR came = pays),
    CONSTRAINT payment_overpaid_when_more_came CHECK (state <> 'overpaid' OR came > pays),
    CONSTRAINT payment_paid_when_all_came CHECK (
        came < pays OR state IN ('settled', 'overpaid', 'refunding', 'refunded')
    ),
    CONSTRAINT payment_refunding_while_returning CHECK ((state = 'refunding') = ("returning" > 0)),
    CONSTRAINT payment_refunded_when_all_is_back CHECK (
        (state = 'refunded') = (came > 0 AND returned = came)
    ),
    CONSTRAINT payment_checks_are_counted CHECK (checks >= 0)
);
CREATE INDEX payment_due ON altyn.payment (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX payment_of_payer ON altyn.payment (payer, created_at, id);

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
    returned bigint NOT NULL, -- back, or on its way
    given_to text, -- who was given what had been held, where a person chose somebody
    why_held text NOT NULL,
    CONSTRAINT arrival_is_single UNIQUE (method, key),
    CONSTRAINT arrival_counts_asset FOREIGN KEY (asset, scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT arrival_is_of_payment
        FOREIGN KEY (payment, method) REFERENCES altyn.payment (id, method),
    CONSTRAINT arrival_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT arrival_amount_is_positive CHECK (amount > 0),
    CONSTRAINT arrival_parts_are_the_whole CHECK (
        credited >= 0 AND held >= 0 AND returned >= 0 AND credited + held + returned = amount
    ),
    CONSTRAINT arrival_case_is_known CHECK (
        "case" IN ('exact', 'under', 'over', 'double', 'late', 'wrong_asset', 'unmatched')
    ),
    CONSTRAINT arrival_unmatched_without_payment CHECK (("case" = 'unmatched') = (payment IS NULL))
);
CREATE INDEX arrival_of_payment ON altyn.arrival (payment, position) WHERE payment IS NOT NULL;
CREATE INDEX arrival_held ON altyn.arrival (noted_at, method, key) WHERE held > 0;
CREATE INDEX arrival_noted ON altyn.arrival (method, noted_at, key);

CREATE TABLE altyn.refund (
    id          uuid NOT NULL,
    method      text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    payment     uuid,
    payer       text NOT NULL,
    asset       text COLLATE "C" NOT NULL,
    scale       smallint NOT NULL,
    amount      bigint NOT NULL,
    origin      text NOT NULL,
    "to"        text NOT NULL,
    reason      text NOT NULL,
    "by"        text NOT NULL,
    created_at  timestamptz NOT NULL,
    state       text NOT NULL,
    check_at    timestamptz,
    checks      int NOT NULL,
    approved_by text NOT NULL,
    told        text NOT NULL,
    CONSTRAINT refund_is_single PRIMARY KEY (id),
    CONSTRAINT refund_is_of_arrival
        FOREIGN KEY (method, key) REFERENCES altyn.arrival (method, key),
    CONSTRAINT refund_amount_is_positive CHECK (amount > 0),
    CONSTRAINT refund_origin_is_known CHECK (origin IN ('target', 'drawer', 'outside')),
    CONSTRAINT refund_outside_is_done CHECK (origin <> 'outside' OR state = 'done'),
    CONSTRAINT refund_state_is_known CHECK (
        state IN ('waiting', 'due', 'unknown', 'accepted', 'done', 'failed', 'declined')
    ),
    CONSTRAINT refund_is_gone_on_with_on_its_way CHECK (
        check_at IS NULL OR state IN ('due', 'unknown', 'accepted')
    ),
    CONSTRAINT refund_checks_are_counted CHECK (checks >= 0)
);
CREATE INDEX refund_due ON altyn.refund (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX refund_of_arrival ON altyn.refund (method, key, created_at, id);
CREATE INDEX refund_of_payer ON altyn.refund (payer, created_at, id);
CREATE INDEX refund_noted ON altyn.refund (method, created_at, id);
CREATE INDEX refund_waiting ON altyn.refund (created_at, id)
    WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined');

CREATE TABLE altyn.standing (
    id          uuid NOT NULL,
    payer       text NOT NULL,
    target      text NOT NULL,
    method      text COLLATE "C" NOT NULL,
    asset       text COLLATE "C" NOT NULL,
    scale       smallint NOT NULL,
    amount      bigint, -- each month, of a subscription; else whatever comes
    reference   text NOT NULL,
    goods       text NOT NULL,
    place       text NOT NULL,
    country     text COLLATE "C" NOT NULL,
    created_at  timestamptz NOT NULL,
    provider_id text NOT NULL,
    link        text NOT NULL,
    ended       boolean NOT NULL,
    charge      text, -- which the subscription began with; none where nothing was paid for a time
    until       timestamptz,
    renews      boolean,
    lapsed      boolean,
    CONSTRAINT standing_is_single PRIMARY KEY (id),
    CONSTRAINT standing_counts_asset
        FOREIGN KEY (asset, scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT standing_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT standing_amount_is_positive CHECK (amount > 0),
    CONSTRAINT standing_goods_are_known CHECK (goods IN ('digital', 'physical', 'service')),
    CONSTRAINT standing_place_is_known CHECK (place IN ('telegram', 'elsewhere')),
    CONSTRAINT standing_country_is_two_letters CHECK (country ~ '^([A-Z][A-Z])?$'),
    CONSTRAINT standing_term_is_whole CHECK (num_nulls(charge, until, renews, lapsed) IN (0, 4)),
    CONSTRAINT standing_term_is_of_subscription CHECK (charge IS NULL OR amount IS NOT NULL)
);
CREATE INDEX standing_lapsing ON altyn.standing (until, id) WHERE NOT lapsed;
CREATE INDEX standing_of_payer ON altyn.standing (payer, created_at, id);

-- Only a place to go on from: read again, everything is known already.
CREATE TABLE altyn.cursor (
    feed     text COLLATE "C" NOT NULL,
    position text NOT NULL,
    until    timestamptz,
    CONSTRAINT cursor_is_single PRIMARY KEY (feed)
);

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
    unresolved  boolean NOT NULL,
    CONSTRAINT notice_is_single UNIQUE (method, key),
    CONSTRAINT notice_method_is_name CHECK (method ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT notice_raw_is_short CHECK (octet_length(raw) <= 65536),
    CONSTRAINT notice_tries_are_counted CHECK (tries >= 0),
    CONSTRAINT notice_unresolved_is_read CHECK (NOT unresolved OR read_at IS NULL)
);
CREATE INDEX notice_waiting ON altyn.notice (taken_at, position) WHERE read_at IS NOT NULL;
CREATE INDEX notice_unresolved ON altyn.notice (taken_at, method, key) WHERE unresolved;


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
CREATE TRIGGER refund_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.refund
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER standing_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.standing
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER notice_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.notice
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');

CREATE TRIGGER payment_begins_created BEFORE INSERT ON altyn.payment FOR EACH ROW
    WHEN ((new.state, new.came, new.credited, new."returning", new.returned)
          IS DISTINCT FROM ('created', 0, 0, 0, 0))
    EXECUTE FUNCTION altyn.law_stands('it begins created and unpaid');
CREATE TRIGGER payment_order_is_fixed BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN ((new.id, new.payer, new.target, new.method, new.pays, new.pays_asset, new.pays_scale,
           new.gives, new.gives_asset, new.gives_scale, new.reference, new.goods, new.place,
           new.country, new.created_at, new.expires_at)
          IS DISTINCT FROM
          (old.id, old.payer, old.target, old.method, old.pays, old.pays_asset, old.pays_scale,
           old.gives, old.gives_asset, old.gives_scale, old.reference, old.goods, old.place,
           old.country, old.created_at, old.expires_at))
    EXECUTE FUNCTION altyn.law_stands('its order is fixed');
CREATE TRIGGER payment_moves BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'created' THEN true
              WHEN 'unknown' THEN new.state <> 'created'
              WHEN 'pending' THEN new.state <> 'created'
              WHEN 'confirming' THEN new.state NOT IN ('created', 'pending')
              WHEN 'underpaid' THEN new.state IN ('settled', 'overpaid', 'refunding', 'refunded')
              WHEN 'settled' THEN new.state IN ('overpaid', 'refunding', 'refunded')
              WHEN 'overpaid' THEN new.state IN ('refunding', 'refunded')
              WHEN 'refunding' THEN new.state IN ('confirming', 'underpaid', 'settled', 'overpaid',
                                                  'refunded')
              WHEN 'refunded' THEN new.state IN ('confirming', 'underpaid', 'settled', 'overpaid',
                                                 'refunding')
              ELSE new.state IN ('unknown', 'confirming', 'underpaid', 'settled', 'overpaid',
                                 'refunding', 'refunded')
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER payment_money_stays BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (new.came < old.came OR new.returned < old.returned)
    EXECUTE FUNCTION altyn.law_stands('neither what came nor what is back is taken back');
CREATE TRIGGER payment_has_one_invoice BEFORE UPDATE ON altyn.payment FOR EACH ROW
    WHEN (old.provider_id <> '' AND new.provider_id <> old.provider_id)
    EXECUTE FUNCTION altyn.law_stands('it has one invoice');

-- What came for a payment is what arrived for it, what goes back is what goes back of that, and no
-- more was credited.
CREATE FUNCTION altyn.payment_money_arrived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.arrival a WHERE a.payment = new.id AND a.asset = new.pays_asset
      HAVING coalesce(sum(a.amount), 0) = new.came AND coalesce(sum(a.credited), 0) >= new.credited
         AND coalesce(sum(a.returned), 0) = new."returning" + new.returned;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'payment % does not say what arrived for it', new.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'payment_money_arrived';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER payment_money_arrived AFTER UPDATE ON altyn.payment FOR EACH ROW
    WHEN ((new.came, new.credited, new."returning", new.returned)
          IS DISTINCT FROM (old.came, old.credited, old."returning", old.returned))
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
CREATE TRIGGER arrival_is_fixed BEFORE UPDATE ON altyn.arrival FOR EACH ROW
    WHEN ((new.position, new.method, new.key, new.asset, new.scale, new.amount, new.at, new.sender,
           new.payment, new."case", new.noted_at)
          IS DISTINCT FROM
          (old.position, old.method, old.key, old.asset, old.scale, old.amount, old.at, old.sender,
           old.payment, old."case", old.noted_at))
    EXECUTE FUNCTION altyn.law_stands('what came is a fact');
-- Who was given an arrival is known as long as they have any of it.
CREATE TRIGGER arrival_is_given_once BEFORE UPDATE ON altyn.arrival FOR EACH ROW
    WHEN (old.given_to IS NOT NULL AND new.given_to IS DISTINCT FROM old.given_to
          AND old.credited > 0)
    EXECUTE FUNCTION altyn.law_stands('it was given to somebody');

-- The parts of an arrival go to and fro, but what is back for good stays back.
CREATE FUNCTION altyn.arrival_gone_stays_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.refund r
      WHERE r.method = new.method AND r.key = new.key AND r.state = 'done'
      HAVING sum(r.amount) > new.returned;
    IF FOUND THEN
        RAISE EXCEPTION 'more of arrival % is back where it came from', new.key
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'arrival_gone_stays_gone';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER arrival_gone_stays_gone AFTER UPDATE ON altyn.arrival FOR EACH ROW
    WHEN (new.returned < old.returned) EXECUTE FUNCTION altyn.arrival_gone_stays_gone();

CREATE TRIGGER refund_begins_waiting_or_due BEFORE INSERT ON altyn.refund FOR EACH ROW
    WHEN (new.origin <> 'outside' AND new.state NOT IN ('waiting', 'due'))
    EXECUTE FUNCTION altyn.law_stands('nobody was asked for it yet');
CREATE TRIGGER refund_is_fixed BEFORE UPDATE ON altyn.refund FOR EACH ROW
    WHEN ((new.id, new.method, new.key, new.payment, new.payer, new.asset, new.scale, new.amount,
           new.origin, new."to", new.reason, new."by", new.created_at)
          IS DISTINCT FROM
          (old.id, old.method, old.key, old.payment, old.payer, old.asset, old.scale, old.amount,
           old.origin, old."to", old.reason, old."by", old.created_at))
    EXECUTE FUNCTION altyn.law_stands('what goes back, why and where is fixed');
CREATE TRIGGER refund_moves BEFORE UPDATE ON altyn.refund FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'waiting' THEN new.state IN ('due', 'declined', 'done')
              WHEN 'due' THEN new.state IN ('unknown', 'done')
              WHEN 'unknown' THEN new.state IN ('due', 'accepted', 'done', 'failed')
              WHEN 'accepted' THEN new.state IN ('done', 'failed')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');

-- A refund is a part of its arrival: of the same asset, and for the same payment.
CREATE FUNCTION altyn.refund_is_as_it_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.arrival a
      WHERE a.method = new.method AND a.key = new.key
        AND (a.asset, a.scale, a.payment) IS DISTINCT FROM (new.asset, new.scale, new.payment);
    IF FOUND THEN
        RAISE EXCEPTION 'refund % is no part of what came', new.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'refund_is_as_it_came';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refund_is_as_it_came AFTER INSERT ON altyn.refund FOR EACH ROW
    EXECUTE FUNCTION altyn.refund_is_as_it_came();

-- It is set aside before it is written down, and put back before it has failed: with every move,
-- what an arrival says of its refunds is the sum of them.
CREATE FUNCTION altyn.refund_is_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.arrival a
      WHERE a.method = new.method AND a.key = new.key
        AND a.returned <> (SELECT coalesce(sum(r.amount), 0) FROM altyn.refund r
                             WHERE r.method = new.method AND r.key = new.key
                               AND r.state NOT IN ('failed', 'declined'));
    IF FOUND THEN
        RAISE EXCEPTION 'refund % is not what was set aside of its arrival', new.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'refund_is_set_aside';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER refund_is_set_aside AFTER INSERT OR UPDATE ON altyn.refund FOR EACH ROW
    EXECUTE FUNCTION altyn.refund_is_set_aside();

CREATE TRIGGER standing_is_fixed BEFORE UPDATE ON altyn.standing FOR EACH ROW
    WHEN ((new.id, new.payer, new.target, new.method, new.asset, new.scale, new.amount,
           new.reference, new.goods, new.place, new.country, new.created_at)
          IS DISTINCT FROM
          (old.id, old.payer, old.target, old.method, old.asset, old.scale, old.amount,
           old.reference, old.goods, old.place, old.country, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('what was agreed stays');
CREATE TRIGGER standing_has_one_invoice BEFORE UPDATE ON altyn.standing FOR EACH ROW
    WHEN (old.provider_id <> '' AND new.provider_id <> old.provider_id)
    EXECUTE FUNCTION altyn.law_stands('it has one invoice');
CREATE TRIGGER standing_stays_ended BEFORE UPDATE ON altyn.standing FOR EACH ROW
    WHEN (old.ended AND NOT new.ended)
    EXECUTE FUNCTION altyn.law_stands('it ended for good');
-- What was paid for is not taken back.
CREATE TRIGGER standing_term_stays BEFORE UPDATE ON altyn.standing FOR EACH ROW
    WHEN (old.until IS NOT NULL AND (new.until IS NULL OR new.until < old.until))
    EXECUTE FUNCTION altyn.law_stands('it was paid for longer');

CREATE TRIGGER notice_is_fixed BEFORE UPDATE ON altyn.notice FOR EACH ROW
    WHEN ((new.position, new.method, new.key, new.payment, new.provider_id, new.raw, new.taken_at)
          IS DISTINCT FROM
          (old.position, old.method, old.key, old.payment, old.provider_id, old.raw, old.taken_at))
    EXECUTE FUNCTION altyn.law_stands('what we were told is a fact');

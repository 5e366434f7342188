-- What our wallets pay, what they signed for it, and what is bought outside: what was agreed and
-- what was signed stays as it was written, and what becomes of it follows the tables of the core.

CREATE TABLE altyn.cheque (
    id             uuid NOT NULL,
    wallet         text COLLATE "C" NOT NULL,
    number         bigint NOT NULL,
    message        text NOT NULL,
    hash           text NOT NULL,
    sequence       bigint NOT NULL,
    expires_at     timestamptz NOT NULL,
    outlays        uuid[] NOT NULL,
    present_before timestamptz NOT NULL,
    signed_at      timestamptz NOT NULL,
    state          text NOT NULL,
    check_at       timestamptz,
    checks         int NOT NULL,
    presented      int NOT NULL, -- how often it was written down that it is being presented
    told           text NOT NULL,
    decided_by     text NOT NULL,
    CONSTRAINT cheque_is_single PRIMARY KEY (id),
    CONSTRAINT cheque_number_is_single UNIQUE (wallet, number),
    CONSTRAINT cheque_in_book UNIQUE (id, wallet, number),
    CONSTRAINT cheque_state_is_known CHECK (state IN ('signed', 'cashed', 'void')),
    CONSTRAINT cheque_pays_something CHECK (cardinality(outlays) > 0),
    CONSTRAINT cheque_is_gone_on_with_while_signed CHECK (check_at IS NULL OR state = 'signed'),
    CONSTRAINT cheque_is_counted CHECK (
        number > 0 AND sequence >= 0 AND checks >= 0 AND presented >= 0
    )
);
CREATE UNIQUE INDEX cheque_open_is_single ON altyn.cheque (wallet) WHERE state = 'signed';
CREATE INDEX cheque_waiting ON altyn.cheque (signed_at, id)
    WHERE state = 'signed' AND check_at IS NULL;

CREATE TABLE altyn.chequebook (
    wallet   text COLLATE "C" NOT NULL,
    number   bigint NOT NULL, -- of the newest cheque
    sequence bigint NOT NULL, -- of the newest that was cashed, where the outside counts them
    open     uuid,
    day      date NOT NULL,
    spent    json NOT NULL, -- units by asset, since that day began
    CONSTRAINT chequebook_is_single PRIMARY KEY (wallet),
    CONSTRAINT chequebook_open_is_newest
        FOREIGN KEY (open, wallet, number) REFERENCES altyn.cheque (id, wallet, number),
    CONSTRAINT chequebook_wallet_is_name CHECK (wallet ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT chequebook_is_counted CHECK (number >= 0 AND sequence >= -1)
);

CREATE TABLE altyn.outlay (
    id         uuid NOT NULL,
    wallet     text COLLATE "C" NOT NULL,
    asset      text COLLATE "C" NOT NULL,
    scale      smallint NOT NULL,
    amount     bigint NOT NULL, -- all parts of the bill
    bill       json NOT NULL,
    target     text NOT NULL,
    reference  text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    state      text NOT NULL,
    cheque     uuid,
    proof      text NOT NULL,
    told       text NOT NULL,
    CONSTRAINT outlay_is_single PRIMARY KEY (id),
    CONSTRAINT outlay_counts_asset FOREIGN KEY (asset, scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT outlay_cheque_is_known FOREIGN KEY (cheque) REFERENCES altyn.cheque (id),
    CONSTRAINT outlay_wallet_is_name CHECK (wallet ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT outlay_amount_is_positive CHECK (amount > 0),
    CONSTRAINT outlay_state_is_known CHECK (state IN ('due', 'signed', 'paid', 'unpaid')),
    CONSTRAINT outlay_is_signed_by_cheque CHECK (
        CASE state WHEN 'due' THEN cheque IS NULL WHEN 'unpaid' THEN true
             ELSE cheque IS NOT NULL END
    )
);
CREATE UNIQUE INDEX outlay_is_made_once ON altyn.outlay (reference) WHERE state <> 'unpaid';
CREATE INDEX outlay_due ON altyn.outlay (wallet, created_at, id) WHERE state = 'due';
CREATE INDEX outlay_of_reference ON altyn.outlay (reference, created_at, id);
CREATE INDEX outlay_of_cheque ON altyn.outlay (cheque) WHERE cheque IS NOT NULL;

CREATE TABLE altyn.purchase (
    id          uuid NOT NULL,
    kind        text NOT NULL,
    quantity    bigint NOT NULL,
    item        text NOT NULL,
    recipient   text NOT NULL,
    buyer       text NOT NULL,
    account     text, -- who pays; else the house does
    payment     uuid, -- that is to come first; perhaps nobody has asked for it yet
    quota_asset text COLLATE "C",
    quota_scale smallint,
    quota       bigint, -- what is taken from that account together with the price
    role        text NOT NULL,
    chosen      text COLLATE "C" NOT NULL, -- the supplier, where somebody said which
    supplier    text COLLATE "C" NOT NULL,
    shown       text NOT NULL,
    price_asset text COLLATE "C" NOT NULL,
    price_scale smallint NOT NULL,
    price       bigint NOT NULL,
    worth       bigint NOT NULL,
    cost_asset  text COLLATE "C" NOT NULL,
    cost_scale  smallint NOT NULL,
    cost        bigint NOT NULL,
    cost_max    bigint NOT NULL,
    expires_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    state       text NOT NULL,
    version     bigint NOT NULL,
    check_at    timestamptz,
    checks      int NOT NULL,
    since       timestamptz NOT NULL,
    attempt     int NOT NULL,
    lane        text COLLATE "C" NOT NULL,
    order_id    text NOT NULL,
    bill        json,
    paid        boolean NOT NULL, -- whether our money has left for it
    proof       text NOT NULL,
    told        text NOT NULL,
    decided_by  text NOT NULL,
    CONSTRAINT purchase_is_single PRIMARY KEY (id),
    CONSTRAINT purchase_counts_price
        FOREIGN KEY (price_asset, price_scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT purchase_counts_cost
        FOREIGN KEY (cost_asset, cost_scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT purchase_counts_quota
        FOREIGN KEY (quota_asset, quota_scale) REFERENCES altyn.asset (code, scale),
    CONSTRAINT purchase_kind_is_known CHECK (kind IN ('stars', 'premium', 'ton', 'pack')),
    CONSTRAINT purchase_quantity_is_positive CHECK (quantity > 0),
    CONSTRAINT purchase_pack_is_named CHECK ((kind = 'pack') = (item <> '')),
    CONSTRAINT purchase_payment_credits_account CHECK (payment IS NULL OR account IS NOT NULL),
    CONSTRAINT purchase_quota_is_of_account CHECK (quota IS NULL OR account IS NOT NULL),
    CONSTRAINT purchase_quota_is_sound CHECK (
        num_nulls(quota, quota_asset, quota_scale) IN (0, 3) AND (quota IS NULL OR quota > 0)
    ),
    CONSTRAINT purchase_supplier_is_chosen CHECK (chosen IN ('', supplier)),
    CONSTRAINT purchase_supplier_is_name CHECK (supplier ~ '^[a-z][a-z0-9_]{0,31}$'),
    CONSTRAINT purchase_quote_is_sound CHECK (price >= 0 AND cost > 0 AND cost_max >= cost),
    CONSTRAINT purchase_state_is_known CHECK (
        state IN ('quoted', 'reserved', 'ordered', 'paying', 'paid', 'delivered', 'refused',
                  'released', 'unknown', 'review')
    ),
    CONSTRAINT purchase_is_paid_by_bill CHECK (
        CASE WHEN state IN ('quoted', 'reserved') THEN bill IS NULL
             WHEN state IN ('refused', 'released') THEN true
             ELSE bill IS NOT NULL END
    ),
    CONSTRAINT purchase_is_paid_from_paid_on CHECK (
        CASE WHEN state IN ('paid', 'delivered', 'unknown', 'review') THEN paid
             WHEN state = 'released' THEN true
             ELSE NOT paid END
    ),
    CONSTRAINT purchase_is_gone_on_with_until_it_ends CHECK (
        check_at IS NULL OR state NOT IN ('delivered', 'refused', 'released')
    ),
    CONSTRAINT purchase_is_counted CHECK (version >= 0 AND checks >= 0 AND attempt >= 0)
);
CREATE UNIQUE INDEX purchase_lane_is_single ON altyn.purchase (lane)
    WHERE lane <> '' AND state IN ('reserved', 'ordered', 'paying', 'paid');
CREATE INDEX purchase_due ON altyn.purchase (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX purchase_of_buyer ON altyn.purchase (buyer, created_at, id);
CREATE INDEX purchase_in_review ON altyn.purchase (created_at, id) WHERE state = 'review';

CREATE TABLE altyn.campaign (
    id         uuid NOT NULL,
    plan       json NOT NULL,
    state      text NOT NULL,
    version    bigint NOT NULL,
    begun      bigint NOT NULL, -- how many purchases were numbered
    created_at timestamptz NOT NULL,
    check_at   timestamptz,
    told       text NOT NULL,
    CONSTRAINT campaign_is_single PRIMARY KEY (id),
    CONSTRAINT campaign_state_is_known CHECK (
        state IN ('running', 'paused', 'stopping', 'ended')
    )
);
CREATE INDEX campaign_due ON altyn.campaign (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX campaign_newest ON altyn.campaign (created_at, id);


-- The laws, for whoever writes ------------------------------------------------------------------
--
-- A trigger below is named for the law that it guards; its condition is where the law is broken.

CREATE TRIGGER chequebook_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.chequebook
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER cheque_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.cheque
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER outlay_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.outlay
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER purchase_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.purchase
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');
CREATE TRIGGER campaign_is_never_deleted BEFORE DELETE OR TRUNCATE ON altyn.campaign
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');

-- A book goes on cheque by cheque. It begins with none or with its first one: asked after the row
-- is in, since whoever draws may meet one that is there.
CREATE TRIGGER chequebook_begins_unused AFTER INSERT ON altyn.chequebook FOR EACH ROW
    WHEN (new.number <> (new.open IS NOT NULL)::int OR new.sequence <> -1)
    EXECUTE FUNCTION altyn.law_stands('it begins with its first cheque');
CREATE TRIGGER chequebook_wallet_is_fixed BEFORE UPDATE ON altyn.chequebook FOR EACH ROW
    WHEN (new.wallet <> old.wallet)
    EXECUTE FUNCTION altyn.law_stands('it is of one wallet');
CREATE TRIGGER chequebook_draws_one_at_a_time BEFORE UPDATE ON altyn.chequebook FOR EACH ROW
    WHEN (NOT CASE WHEN new.number = old.number
                   THEN new.open IS NULL OR new.open IS NOT DISTINCT FROM old.open
                   ELSE new.number = old.number + 1 AND old.open IS NULL AND new.open IS NOT NULL
              END)
    EXECUTE FUNCTION altyn.law_stands('one cheque is drawn after the other');
CREATE TRIGGER chequebook_goes_on BEFORE UPDATE ON altyn.chequebook FOR EACH ROW
    WHEN (new.sequence < old.sequence OR new.day < old.day)
    EXECUTE FUNCTION altyn.law_stands('nothing in it goes back');

-- It closes when it is known what became of the cheque, and of all that this was to pay.
CREATE FUNCTION altyn.chequebook_closes_when_all_is_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM altyn.cheque c WHERE c.id = old.open AND c.state = 'signed')
       OR EXISTS (SELECT FROM altyn.outlay o WHERE o.cheque = old.open AND o.state = 'signed') THEN
        RAISE EXCEPTION 'it is not known what became of cheque %', old.open
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'chequebook_closes_when_all_is_known';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER chequebook_closes_when_all_is_known AFTER UPDATE ON altyn.chequebook FOR EACH ROW
    WHEN (old.open IS NOT NULL AND new.open IS NULL)
    EXECUTE FUNCTION altyn.chequebook_closes_when_all_is_known();

CREATE TRIGGER cheque_begins_signed BEFORE INSERT ON altyn.cheque FOR EACH ROW
    WHEN (new.state <> 'signed' OR new.checks <> 0 OR new.presented <> 0)
    EXECUTE FUNCTION altyn.law_stands('nobody has seen it yet');

-- It is the open one of its book when it is written down.
CREATE FUNCTION altyn.cheque_is_in_its_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM altyn.chequebook b
      WHERE b.wallet = new.wallet AND b.number = new.number AND b.open = new.id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'cheque % is not the open one of its book', new.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'cheque_is_in_its_book';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER cheque_is_in_its_book AFTER INSERT ON altyn.cheque FOR EACH ROW
    EXECUTE FUNCTION altyn.cheque_is_in_its_book();
CREATE TRIGGER cheque_is_fixed BEFORE UPDATE ON altyn.cheque FOR EACH ROW
    WHEN ((new.id, new.wallet, new.number, new.message, new.hash, new.sequence, new.expires_at,
           new.outlays, new.present_before, new.signed_at)
          IS DISTINCT FROM
          (old.id, old.wallet, old.number, old.message, old.hash, old.sequence, old.expires_at,
           old.outlays, old.present_before, old.signed_at))
    EXECUTE FUNCTION altyn.law_stands('what was signed is fixed');
CREATE TRIGGER cheque_moves BEFORE UPDATE ON altyn.cheque FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'signed' THEN new.state IN ('cashed', 'void')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER cheque_stays_ended BEFORE UPDATE ON altyn.cheque FOR EACH ROW
    WHEN (old.state <> 'signed' AND new.state = old.state)
    EXECUTE FUNCTION altyn.law_stands('it is known what became of it');
CREATE TRIGGER cheque_counts_on BEFORE UPDATE ON altyn.cheque FOR EACH ROW
    WHEN (new.checks < old.checks OR new.presented < old.presented)
    EXECUTE FUNCTION altyn.law_stands('what was written down has been done');

CREATE TRIGGER outlay_begins_due BEFORE INSERT ON altyn.outlay FOR EACH ROW
    WHEN (new.state <> 'due')
    EXECUTE FUNCTION altyn.law_stands('nothing is signed for it yet');
CREATE TRIGGER outlay_is_fixed BEFORE UPDATE ON altyn.outlay FOR EACH ROW
    WHEN ((new.id, new.wallet, new.asset, new.scale, new.amount, new.bill::text, new.target,
           new.reference, new.created_at)
          IS DISTINCT FROM
          (old.id, old.wallet, old.asset, old.scale, old.amount, old.bill::text, old.target,
           old.reference, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('what is to be paid is fixed');
CREATE TRIGGER outlay_moves BEFORE UPDATE ON altyn.outlay FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'due' THEN new.state IN ('signed', 'unpaid')
              WHEN 'signed' THEN new.state IN ('paid', 'unpaid')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER outlay_stays_ended BEFORE UPDATE ON altyn.outlay FOR EACH ROW
    WHEN (old.state IN ('paid', 'unpaid') AND new.state = old.state)
    EXECUTE FUNCTION altyn.law_stands('it is known what became of it');
CREATE TRIGGER outlay_has_one_cheque BEFORE UPDATE ON altyn.outlay FOR EACH ROW
    WHEN (new.cheque IS DISTINCT FROM old.cheque
          AND NOT (old.state = 'due' AND new.state = 'signed'))
    EXECUTE FUNCTION altyn.law_stands('it is on one cheque');

-- It comes onto a cheque that names it, while that is open, and off it when it is known what became
-- of that.
CREATE FUNCTION altyn.outlay_follows_its_cheque() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    c altyn.cheque;
BEGIN
    SELECT * INTO c FROM altyn.cheque WHERE id = new.cheque;
    IF c.wallet <> new.wallet OR new.id <> ALL (c.outlays) THEN
        RAISE EXCEPTION 'outlay % is not on cheque %', new.id, c.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'outlay_is_on_its_cheque';
    END IF;
    IF NOT (CASE new.state WHEN 'signed' THEN c.state = 'signed'
                           WHEN 'paid' THEN c.state = 'cashed'
                           ELSE c.state <> 'signed' END) THEN
        RAISE EXCEPTION 'outlay % cannot be %, its cheque is %', new.id, new.state, c.state
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'outlay_follows_its_cheque';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER outlay_follows_its_cheque AFTER UPDATE ON altyn.outlay FOR EACH ROW
    WHEN (new.state <> old.state AND new.cheque IS NOT NULL)
    EXECUTE FUNCTION altyn.outlay_follows_its_cheque();

CREATE TRIGGER purchase_begins_quoted BEFORE INSERT ON altyn.purchase FOR EACH ROW
    WHEN ((new.state, new.version, new.attempt) IS DISTINCT FROM ('quoted', 0, 0))
    EXECUTE FUNCTION altyn.law_stands('it begins with its price');
CREATE TRIGGER purchase_wish_is_fixed BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN ((new.id, new.kind, new.quantity, new.item, new.recipient, new.buyer, new.account,
           new.payment, new.quota_asset, new.quota_scale, new.quota, new.role, new.chosen)
          IS DISTINCT FROM
          (old.id, old.kind, old.quantity, old.item, old.recipient, old.buyer, old.account,
           old.payment, old.quota_asset, old.quota_scale, old.quota, old.role, old.chosen))
    EXECUTE FUNCTION altyn.law_stands('what was wished for is fixed');
CREATE TRIGGER purchase_quote_is_fixed BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN ((new.supplier, new.shown, new.price_asset, new.price_scale, new.price, new.worth,
           new.cost_asset, new.cost_scale, new.cost, new.cost_max, new.expires_at, new.created_at)
          IS DISTINCT FROM
          (old.supplier, old.shown, old.price_asset, old.price_scale, old.price, old.worth,
           old.cost_asset, old.cost_scale, old.cost, old.cost_max, old.expires_at, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('what was quoted is fixed');
CREATE TRIGGER purchase_version_grows_by_one BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION altyn.law_stands('one version comes after the other');
CREATE TRIGGER purchase_moves BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'quoted' THEN new.state IN ('reserved', 'refused')
              WHEN 'reserved' THEN new.state IN ('ordered', 'refused')
              WHEN 'ordered' THEN new.state IN ('paying', 'reserved', 'refused')
              WHEN 'paying' THEN new.state IN ('paid', 'reserved', 'released')
              WHEN 'paid' THEN new.state IN ('delivered', 'unknown', 'released')
              WHEN 'unknown' THEN new.state IN ('delivered', 'review', 'released')
              WHEN 'review' THEN new.state IN ('delivered', 'released')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER purchase_is_paid_once BEFORE UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (new.paid <> old.paid AND NOT (old.state = 'paying' AND new.state = 'paid'))
    EXECUTE FUNCTION altyn.law_stands('what has left has left');

-- It is paid when its outlay is, and is given up, or ordered again, when none is left that was or
-- may be: an outlay names its purchase.
CREATE FUNCTION altyn.purchase_follows_its_outlay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    live text := (SELECT o.state FROM altyn.outlay o
                    WHERE o.reference = new.id::text AND o.state <> 'unpaid');
BEGIN
    IF live IS DISTINCT FROM (CASE new.state WHEN 'paid' THEN 'paid' END) THEN
        RAISE EXCEPTION 'purchase % cannot be %, its outlay is %', new.id, new.state, live
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'purchase_follows_its_outlay';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER purchase_follows_its_outlay AFTER UPDATE ON altyn.purchase FOR EACH ROW
    WHEN (old.state = 'paying' AND new.state <> 'paying')
    EXECUTE FUNCTION altyn.purchase_follows_its_outlay();

CREATE TRIGGER campaign_begins_running BEFORE INSERT ON altyn.campaign FOR EACH ROW
    WHEN ((new.state, new.version, new.begun) IS DISTINCT FROM ('running', 0, 0))
    EXECUTE FUNCTION altyn.law_stands('it begins with its plan');
CREATE TRIGGER campaign_plan_is_fixed BEFORE UPDATE ON altyn.campaign FOR EACH ROW
    WHEN ((new.id, new.plan::text, new.created_at)
          IS DISTINCT FROM (old.id, old.plan::text, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('what was planned is fixed');
CREATE TRIGGER campaign_version_grows_by_one BEFORE UPDATE ON altyn.campaign FOR EACH ROW
    WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION altyn.law_stands('one version comes after the other');
CREATE TRIGGER campaign_numbers_on BEFORE UPDATE ON altyn.campaign FOR EACH ROW
    WHEN (new.begun < old.begun)
    EXECUTE FUNCTION altyn.law_stands('the number of a purchase is given out once');
CREATE TRIGGER campaign_moves BEFORE UPDATE ON altyn.campaign FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'running' THEN new.state IN ('paused', 'stopping')
              WHEN 'paused' THEN new.state IN ('running', 'stopping')
              WHEN 'stopping' THEN new.state = 'ended'
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');

-- What our wallets pay, what they signed for it, and what is bought outside: what was agreed and
-- what was signed stays as it was written, and what becomes of it follows the tables of the core.

CREATE TABLE chequebook (
    wallet TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL, -- of the newest cheque
    sequence INTEGER NOT NULL, -- of the newest that was cashed, where the outside counts them
    open BLOB,
    day TEXT NOT NULL,
    spent TEXT NOT NULL, -- units by asset, since that day began
    CONSTRAINT chequebook_open_is_newest
        FOREIGN KEY (open, wallet, number) REFERENCES cheque (id, wallet, number)
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT chequebook_wallet_is_name
        CHECK (length(wallet) <= 32 AND wallet GLOB '[a-z]*' AND wallet NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT chequebook_is_counted CHECK (number >= 0 AND sequence >= -1),
    CONSTRAINT chequebook_spent_is_json CHECK (json_valid(spent))
) STRICT, WITHOUT ROWID;

CREATE TABLE cheque (
    id BLOB NOT NULL PRIMARY KEY,
    wallet TEXT NOT NULL,
    number INTEGER NOT NULL,
    message TEXT NOT NULL,
    hash TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    outlays TEXT NOT NULL, -- their ids in order, as JSON
    present_before INTEGER NOT NULL,
    signed_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    check_at INTEGER,
    checks INTEGER NOT NULL,
    presented INTEGER NOT NULL, -- how often it was written down that it is being presented
    told TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    CONSTRAINT cheque_number_is_single UNIQUE (wallet, number),
    CONSTRAINT cheque_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT cheque_state_is_known CHECK (state IN ('signed', 'cashed', 'void')),
    CONSTRAINT cheque_pays_something CHECK (json_valid(outlays) AND length(outlays) > 2),
    CONSTRAINT cheque_is_gone_on_with_while_signed CHECK (check_at IS NULL OR state = 'signed'),
    CONSTRAINT cheque_is_counted
        CHECK (number > 0 AND sequence >= 0 AND checks >= 0 AND presented >= 0)
) STRICT, WITHOUT ROWID;

-- What the book points at, so that its open cheque is its newest one.
CREATE UNIQUE INDEX cheque_in_book ON cheque (id, wallet, number);
CREATE UNIQUE INDEX cheque_open_is_single ON cheque (wallet) WHERE state = 'signed';
CREATE INDEX cheque_waiting ON cheque (signed_at, id) WHERE state = 'signed' AND check_at IS NULL;

CREATE TABLE outlay (
    id BLOB NOT NULL PRIMARY KEY,
    wallet TEXT NOT NULL,
    asset TEXT NOT NULL CONSTRAINT outlay_counts_asset REFERENCES asset (code),
    amount INTEGER NOT NULL, -- all parts of the bill
    bill TEXT NOT NULL,
    target TEXT NOT NULL,
    reference TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    cheque BLOB CONSTRAINT outlay_cheque_is_known REFERENCES cheque (id),
    proof TEXT NOT NULL,
    told TEXT NOT NULL,
    CONSTRAINT outlay_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT outlay_wallet_is_name
        CHECK (length(wallet) <= 32 AND wallet GLOB '[a-z]*' AND wallet NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT outlay_amount_is_positive CHECK (amount > 0),
    CONSTRAINT outlay_bill_is_json CHECK (json_valid(bill)),
    CONSTRAINT outlay_state_is_known CHECK (state IN ('due', 'signed', 'paid', 'unpaid')),
    CONSTRAINT outlay_is_signed_by_cheque
        CHECK (CASE state WHEN 'due' THEN cheque IS NULL WHEN 'unpaid' THEN 1
               ELSE cheque IS NOT NULL END)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX outlay_is_made_once ON outlay (reference) WHERE state <> 'unpaid';
CREATE INDEX outlay_due ON outlay (wallet, created_at, id) WHERE state = 'due';
CREATE INDEX outlay_of_reference ON outlay (reference, created_at, id);
CREATE INDEX outlay_of_cheque ON outlay (cheque) WHERE cheque IS NOT NULL;

CREATE TABLE purchase (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    item TEXT NOT NULL,
    recipient TEXT NOT NULL,
    buyer TEXT NOT NULL,
    account TEXT, -- who pays; else the house does
    payment BLOB, -- that is to come first; perhaps nobody has asked for it yet
    quota_asset TEXT CONSTRAINT purchase_counts_quota REFERENCES asset (code),
    quota INTEGER, -- what is taken from that account together with the price
    role TEXT NOT NULL,
    chosen TEXT NOT NULL, -- the supplier, where somebody said which
    supplier TEXT NOT NULL,
    shown TEXT NOT NULL,
    price_asset TEXT NOT NULL CONSTRAINT purchase_counts_price REFERENCES asset (code),
    price INTEGER NOT NULL,
    worth INTEGER NOT NULL,
    cost_asset TEXT NOT NULL CONSTRAINT purchase_counts_cost REFERENCES asset (code),
    cost INTEGER NOT NULL,
    cost_max INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    check_at INTEGER,
    checks INTEGER NOT NULL,
    since INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    lane TEXT NOT NULL,
    order_id TEXT NOT NULL,
    bill TEXT,
    paid INTEGER NOT NULL, -- whether our money has left for it
    proof TEXT NOT NULL,
    told TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    CONSTRAINT purchase_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT purchase_payment_is_uuid CHECK (payment IS NULL OR length(payment) = 16),
    CONSTRAINT purchase_kind_is_known CHECK (kind IN ('stars', 'premium', 'ton', 'pack')),
    CONSTRAINT purchase_quantity_is_positive CHECK (quantity > 0),
    CONSTRAINT purchase_pack_is_named CHECK ((kind = 'pack') = (item <> '')),
    CONSTRAINT purchase_payment_credits_account CHECK (payment IS NULL OR account IS NOT NULL),
    CONSTRAINT purchase_quota_is_of_account CHECK (quota IS NULL OR account IS NOT NULL),
    CONSTRAINT purchase_quota_is_sound
        CHECK (CASE WHEN quota IS NULL THEN quota_asset IS NULL
                    ELSE quota > 0 AND quota_asset IS NOT NULL END),
    CONSTRAINT purchase_supplier_is_chosen CHECK (chosen IN ('', supplier)),
    CONSTRAINT purchase_supplier_is_name
        CHECK (length(supplier) <= 32 AND supplier GLOB '[a-z]*'
               AND supplier NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT purchase_quote_is_sound CHECK (price >= 0 AND cost > 0 AND cost_max >= cost),
    CONSTRAINT purchase_state_is_known
        CHECK (state IN ('quoted', 'reserved', 'ordered', 'paying', 'paid', 'delivered', 'refused',
                         'released', 'unknown', 'review')),
    CONSTRAINT purchase_bill_is_json CHECK (bill IS NULL OR json_valid(bill)),
    CONSTRAINT purchase_is_paid_by_bill
        CHECK (CASE WHEN state IN ('quoted', 'reserved') THEN bill IS NULL
                    WHEN state IN ('refused', 'released') THEN 1
                    ELSE bill IS NOT NULL END),
    CONSTRAINT purchase_is_paid_from_paid_on
        CHECK (CASE WHEN state IN ('paid', 'delivered', 'unknown', 'review') THEN paid = 1
                    WHEN state = 'released' THEN paid IN (0, 1)
                    ELSE paid = 0 END),
    CONSTRAINT purchase_is_gone_on_with_until_it_ends
        CHECK (check_at IS NULL OR state NOT IN ('delivered', 'refused', 'released')),
    CONSTRAINT purchase_is_counted
        CHECK (version >= 0 AND checks >= 0 AND attempt >= 0)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX purchase_lane_is_single ON purchase (lane)
 WHERE lane <> '' AND state IN ('reserved', 'ordered', 'paying', 'paid');
CREATE INDEX purchase_due ON purchase (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX purchase_of_buyer ON purchase (buyer, created_at, id);
CREATE INDEX purchase_in_review ON purchase (created_at, id) WHERE state = 'review';

CREATE TABLE campaign (
    id BLOB NOT NULL PRIMARY KEY,
    plan TEXT NOT NULL,
    state TEXT NOT NULL,
    version INTEGER NOT NULL,
    begun INTEGER NOT NULL, -- how many purchases were numbered
    created_at INTEGER NOT NULL,
    check_at INTEGER,
    told TEXT NOT NULL,
    CONSTRAINT campaign_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT campaign_plan_is_json CHECK (json_valid(plan)),
    CONSTRAINT campaign_state_is_known
        CHECK (state IN ('running', 'paused', 'stopping', 'ended'))
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_due ON campaign (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX campaign_newest ON campaign (created_at, id);

-- A book goes on cheque by cheque: each is drawn when none is open, and closed when it is known
-- what became of it and of all that it was to pay.

CREATE TRIGGER chequebook_begins BEFORE INSERT ON chequebook
BEGIN
    SELECT RAISE(ABORT, 'chequebook_is_single')
     WHERE EXISTS (SELECT 1 FROM chequebook WHERE wallet = NEW.wallet);
    SELECT RAISE(ABORT, 'chequebook_begins_unused')
     WHERE NEW.number <> (NEW.open IS NOT NULL) OR NEW.sequence <> -1;
END;

CREATE TRIGGER chequebook_is_never_deleted BEFORE DELETE ON chequebook
BEGIN SELECT RAISE(ABORT, 'chequebook_is_never_deleted'); END;

CREATE TRIGGER chequebook_wallet_is_fixed BEFORE UPDATE OF wallet ON chequebook
BEGIN SELECT RAISE(ABORT, 'chequebook_wallet_is_fixed'); END;

CREATE TRIGGER chequebook_draws_one_at_a_time BEFORE UPDATE OF number, open ON chequebook
WHEN NOT CASE WHEN NEW.number = OLD.number THEN NEW.open IS NULL OR NEW.open IS OLD.open
              ELSE NEW.number = OLD.number + 1 AND OLD.open IS NULL AND NEW.open IS NOT NULL END
BEGIN SELECT RAISE(ABORT, 'chequebook_draws_one_at_a_time'); END;

CREATE TRIGGER chequebook_goes_on BEFORE UPDATE OF sequence, day ON chequebook
WHEN NEW.sequence < OLD.sequence OR NEW.day < OLD.day
BEGIN SELECT RAISE(ABORT, 'chequebook_goes_on'); END;

CREATE TRIGGER chequebook_closes_when_all_is_known BEFORE UPDATE OF open ON chequebook
WHEN OLD.open IS NOT NULL AND NEW.open IS NULL
BEGIN
    SELECT RAISE(ABORT, 'chequebook_closes_when_all_is_known')
     WHERE EXISTS (SELECT 1 FROM cheque WHERE id = OLD.open AND state = 'signed')
        OR EXISTS (SELECT 1 FROM outlay WHERE cheque = OLD.open AND state = 'signed');
END;

-- A cheque is the open one of its book when it is written down; what was signed stays as it was.

CREATE TRIGGER cheque_begins BEFORE INSERT ON cheque
BEGIN
    SELECT RAISE(ABORT, 'cheque_is_single') WHERE EXISTS (SELECT 1 FROM cheque WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'cheque_number_is_single')
     WHERE EXISTS (SELECT 1 FROM cheque WHERE wallet = NEW.wallet AND number = NEW.number);
    SELECT RAISE(ABORT, 'cheque_open_is_single')
     WHERE NEW.state = 'signed'
       AND EXISTS (SELECT 1 FROM cheque WHERE wallet = NEW.wallet AND state = 'signed');
    SELECT RAISE(ABORT, 'cheque_begins_signed')
     WHERE NEW.state <> 'signed' OR NEW.checks <> 0 OR NEW.presented <> 0;
END;

CREATE TRIGGER cheque_is_in_its_book AFTER INSERT ON cheque
BEGIN
    SELECT RAISE(ABORT, 'cheque_is_in_its_book')
     WHERE NOT EXISTS (SELECT 1
                         FROM chequebook
                        WHERE wallet = NEW.wallet AND number = NEW.number AND open = NEW.id);
END;

CREATE TRIGGER cheque_is_never_deleted BEFORE DELETE ON cheque
BEGIN SELECT RAISE(ABORT, 'cheque_is_never_deleted'); END;

CREATE TRIGGER cheque_is_fixed
BEFORE UPDATE OF id, wallet, number, message, hash, sequence, expires_at, outlays, present_before,
                 signed_at ON cheque
BEGIN SELECT RAISE(ABORT, 'cheque_is_fixed'); END;

CREATE TRIGGER cheque_moves BEFORE UPDATE OF state ON cheque
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'signed' THEN NEW.state IN ('cashed', 'void')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'cheque_moves'); END;

CREATE TRIGGER cheque_stays_ended BEFORE UPDATE ON cheque
WHEN OLD.state <> 'signed' AND NEW.state = OLD.state
BEGIN SELECT RAISE(ABORT, 'cheque_stays_ended'); END;

-- What was written down before it was presented is never taken for not having been.
CREATE TRIGGER cheque_counts_on BEFORE UPDATE OF checks, presented ON cheque
WHEN NEW.checks < OLD.checks OR NEW.presented < OLD.presented
BEGIN SELECT RAISE(ABORT, 'cheque_counts_on'); END;

-- An outlay keeps its bill, and moves as the table of the core says: onto one cheque that names it,
-- while that is open, and off it when it is known what became of that.

CREATE TRIGGER outlay_begins BEFORE INSERT ON outlay
BEGIN
    SELECT RAISE(ABORT, 'outlay_is_single') WHERE EXISTS (SELECT 1 FROM outlay WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'outlay_is_made_once')
     WHERE EXISTS (SELECT 1 FROM outlay WHERE reference = NEW.reference AND state <> 'unpaid');
    SELECT RAISE(ABORT, 'outlay_counts_asset')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.asset);
    SELECT RAISE(ABORT, 'outlay_begins_due') WHERE NEW.state <> 'due';
END;

CREATE TRIGGER outlay_is_never_deleted BEFORE DELETE ON outlay
BEGIN SELECT RAISE(ABORT, 'outlay_is_never_deleted'); END;

CREATE TRIGGER outlay_is_fixed
BEFORE UPDATE OF id, wallet, asset, amount, bill, target, reference, created_at ON outlay
BEGIN SELECT RAISE(ABORT, 'outlay_is_fixed'); END;

CREATE TRIGGER outlay_moves BEFORE UPDATE OF state ON outlay
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'due' THEN NEW.state IN ('signed', 'unpaid')
     WHEN 'signed' THEN NEW.state IN ('paid', 'unpaid')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'outlay_moves'); END;

CREATE TRIGGER outlay_stays_ended BEFORE UPDATE ON outlay
WHEN OLD.state IN ('paid', 'unpaid') AND NEW.state = OLD.state
BEGIN SELECT RAISE(ABORT, 'outlay_stays_ended'); END;

CREATE TRIGGER outlay_has_one_cheque BEFORE UPDATE OF cheque ON outlay
WHEN NEW.cheque IS NOT OLD.cheque AND NOT (OLD.state = 'due' AND NEW.state = 'signed')
BEGIN SELECT RAISE(ABORT, 'outlay_has_one_cheque'); END;

CREATE TRIGGER outlay_follows_its_cheque AFTER UPDATE OF state ON outlay
WHEN NEW.state <> OLD.state AND NEW.cheque IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'outlay_cheque_is_known')
     WHERE NOT EXISTS (SELECT 1 FROM cheque WHERE id = NEW.cheque);
    SELECT RAISE(ABORT, 'outlay_is_on_its_cheque')
      FROM cheque
     WHERE id = NEW.cheque
       AND (wallet <> NEW.wallet OR instr(outlays, '"' || lower(hex(NEW.id)) || '"') = 0);
    SELECT RAISE(ABORT, 'outlay_follows_its_cheque')
      FROM cheque
     WHERE id = NEW.cheque
       AND NOT CASE NEW.state
               WHEN 'signed' THEN state = 'signed'
               WHEN 'paid' THEN state = 'cashed'
               ELSE state <> 'signed'
               END;
END;

-- A purchase keeps its wish and its quote, and moves as the table of the core says, one version
-- after the other.

CREATE TRIGGER purchase_begins BEFORE INSERT ON purchase
BEGIN
    SELECT RAISE(ABORT, 'purchase_is_single')
     WHERE EXISTS (SELECT 1 FROM purchase WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'purchase_counts_price')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.price_asset);
    SELECT RAISE(ABORT, 'purchase_counts_cost')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.cost_asset);
    SELECT RAISE(ABORT, 'purchase_counts_quota')
     WHERE NEW.quota_asset IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.quota_asset);
    SELECT RAISE(ABORT, 'purchase_begins_quoted')
     WHERE NEW.state <> 'quoted' OR NEW.version <> 0 OR NEW.attempt <> 0;
END;

CREATE TRIGGER purchase_is_never_deleted BEFORE DELETE ON purchase
BEGIN SELECT RAISE(ABORT, 'purchase_is_never_deleted'); END;

CREATE TRIGGER purchase_wish_is_fixed
BEFORE UPDATE OF id, kind, quantity, item, recipient, buyer, account, payment, quota_asset, quota,
                 role, chosen ON purchase
BEGIN SELECT RAISE(ABORT, 'purchase_wish_is_fixed'); END;

CREATE TRIGGER purchase_quote_is_fixed
BEFORE UPDATE OF supplier, shown, price_asset, price, worth, cost_asset, cost, cost_max, expires_at,
                 created_at ON purchase
BEGIN SELECT RAISE(ABORT, 'purchase_quote_is_fixed'); END;

CREATE TRIGGER purchase_version_grows_by_one BEFORE UPDATE ON purchase
WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'purchase_version_grows_by_one'); END;

CREATE TRIGGER purchase_moves BEFORE UPDATE OF state ON purchase
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'quoted' THEN NEW.state IN ('reserved', 'refused')
     WHEN 'reserved' THEN NEW.state IN ('ordered', 'refused')
     WHEN 'ordered' THEN NEW.state IN ('paying', 'reserved', 'refused')
     WHEN 'paying' THEN NEW.state IN ('paid', 'reserved', 'released')
     WHEN 'paid' THEN NEW.state IN ('delivered', 'unknown', 'released')
     WHEN 'unknown' THEN NEW.state IN ('delivered', 'review', 'released')
     WHEN 'review' THEN NEW.state IN ('delivered', 'released')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'purchase_moves'); END;

CREATE TRIGGER purchase_is_paid_once BEFORE UPDATE OF paid ON purchase
WHEN NEW.paid <> OLD.paid AND NOT (OLD.state = 'paying' AND NEW.state = 'paid')
BEGIN SELECT RAISE(ABORT, 'purchase_is_paid_once'); END;

CREATE TRIGGER purchase_lane_is_free BEFORE UPDATE OF state, lane ON purchase
WHEN NEW.lane <> '' AND NEW.state IN ('reserved', 'ordered', 'paying', 'paid')
BEGIN
    SELECT RAISE(ABORT, 'purchase_lane_is_single')
     WHERE EXISTS (SELECT 1
                     FROM purchase
                    WHERE lane = NEW.lane
                      AND lane <> ''
                      AND state IN ('reserved', 'ordered', 'paying', 'paid')
                      AND id <> NEW.id);
END;

-- It is paid when its outlay is, and is given up, or ordered again, when none is left that was or
-- may be: an outlay names its purchase.
CREATE TRIGGER purchase_follows_its_outlay AFTER UPDATE OF state ON purchase
WHEN OLD.state = 'paying' AND NEW.state <> 'paying'
BEGIN
    SELECT RAISE(ABORT, 'purchase_follows_its_outlay')
      FROM (SELECT max(state) AS state
              FROM outlay
             WHERE state <> 'unpaid'
               AND reference = lower(
                       substr(hex(NEW.id), 1, 8) || '-' || substr(hex(NEW.id), 9, 4) || '-'
                       || substr(hex(NEW.id), 13, 4) || '-' || substr(hex(NEW.id), 17, 4) || '-'
                       || substr(hex(NEW.id), 21))) AS live
     WHERE live.state IS NOT CASE NEW.state WHEN 'paid' THEN 'paid' END;
END;

-- A campaign keeps its plan, and moves as the table of the core says, one version after the other.

CREATE TRIGGER campaign_begins BEFORE INSERT ON campaign
BEGIN
    SELECT RAISE(ABORT, 'campaign_is_single')
     WHERE EXISTS (SELECT 1 FROM campaign WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'campaign_begins_running')
     WHERE NEW.state <> 'running' OR NEW.version <> 0 OR NEW.begun <> 0;
END;

CREATE TRIGGER campaign_is_never_deleted BEFORE DELETE ON campaign
BEGIN SELECT RAISE(ABORT, 'campaign_is_never_deleted'); END;

CREATE TRIGGER campaign_plan_is_fixed BEFORE UPDATE OF id, plan, created_at ON campaign
BEGIN SELECT RAISE(ABORT, 'campaign_plan_is_fixed'); END;

CREATE TRIGGER campaign_version_grows_by_one BEFORE UPDATE ON campaign
WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'campaign_version_grows_by_one'); END;

-- The number of a purchase is given out once: its id follows from that.
CREATE TRIGGER campaign_numbers_on BEFORE UPDATE OF begun ON campaign
WHEN NEW.begun < OLD.begun
BEGIN SELECT RAISE(ABORT, 'campaign_numbers_on'); END;

CREATE TRIGGER campaign_moves BEFORE UPDATE OF state ON campaign
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'running' THEN NEW.state IN ('paused', 'stopping')
     WHEN 'paused' THEN NEW.state IN ('running', 'stopping')
     WHEN 'stopping' THEN NEW.state = 'ended'
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'campaign_moves'); END;

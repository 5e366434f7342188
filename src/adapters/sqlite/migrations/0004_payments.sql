-- Payments, all that came, and what providers told us: facts stay as they were written, and what
-- becomes of them follows the tables of the core.

CREATE TABLE payment (
    id BLOB NOT NULL PRIMARY KEY,
    payer TEXT NOT NULL,
    target TEXT NOT NULL,
    method TEXT NOT NULL,
    pays INTEGER NOT NULL,
    pays_asset TEXT NOT NULL CONSTRAINT payment_counts_pays REFERENCES asset (code),
    gives INTEGER NOT NULL,
    gives_asset TEXT NOT NULL CONSTRAINT payment_counts_gives REFERENCES asset (code),
    reference TEXT NOT NULL,
    state TEXT NOT NULL,
    came INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    check_at INTEGER,
    checks INTEGER NOT NULL,
    provider_id TEXT NOT NULL,
    link TEXT NOT NULL,
    told TEXT NOT NULL,
    CONSTRAINT payment_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT payment_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT payment_amounts_are_positive CHECK (pays > 0 AND gives > 0),
    CONSTRAINT payment_of_one_asset_has_no_rate CHECK (pays_asset <> gives_asset OR pays = gives),
    CONSTRAINT payment_state_is_known
        CHECK (state IN ('created', 'unknown', 'pending', 'confirming', 'settled', 'underpaid',
                         'overpaid', 'expired', 'cancelled', 'failed')),
    CONSTRAINT payment_credited_had_come CHECK (credited BETWEEN 0 AND came),
    CONSTRAINT payment_settled_when_all_came CHECK ((state = 'settled') = (came = pays)),
    CONSTRAINT payment_overpaid_when_more_came CHECK ((state = 'overpaid') = (came > pays)),
    CONSTRAINT payment_checks_are_counted CHECK (checks >= 0)
) STRICT, WITHOUT ROWID;

-- What arrivals point at, so that they came by the method of their payment.
CREATE UNIQUE INDEX payment_with_method ON payment (id, method);
CREATE INDEX payment_due ON payment (check_at, id) WHERE check_at IS NOT NULL;

CREATE TABLE arrival (
    sequence INTEGER PRIMARY KEY, -- the order in which they were noted
    method TEXT NOT NULL,
    key TEXT NOT NULL,
    asset TEXT NOT NULL CONSTRAINT arrival_counts_asset REFERENCES asset (code),
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    sender TEXT NOT NULL,
    payment BLOB,
    "case" TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    credited INTEGER NOT NULL,
    held INTEGER NOT NULL,
    why_held TEXT NOT NULL,
    decided INTEGER NOT NULL DEFAULT 0, -- whether what was held was given to somebody
    CONSTRAINT arrival_is_single UNIQUE (method, key),
    CONSTRAINT arrival_is_of_payment FOREIGN KEY (payment, method) REFERENCES payment (id, method),
    CONSTRAINT arrival_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT arrival_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT arrival_amount_is_positive CHECK (amount > 0),
    CONSTRAINT arrival_parts_are_the_whole
        CHECK (credited BETWEEN 0 AND amount AND held = amount - credited),
    CONSTRAINT arrival_case_is_known
        CHECK ("case" IN ('exact', 'under', 'over', 'double', 'late', 'wrong_asset', 'unmatched')),
    CONSTRAINT arrival_unmatched_without_payment CHECK (("case" = 'unmatched') = (payment IS NULL)),
    CONSTRAINT arrival_decided_holds_nothing
        CHECK (decided = 0 OR decided = 1 AND held = 0)
) STRICT;

CREATE INDEX arrival_of_payment ON arrival (payment, sequence) WHERE payment IS NOT NULL;
CREATE INDEX arrival_held ON arrival (noted_at, method, key) WHERE held > 0;

CREATE TABLE notice (
    sequence INTEGER PRIMARY KEY,
    method TEXT NOT NULL,
    key TEXT NOT NULL,
    payment BLOB, -- as the provider says: perhaps none of ours
    provider_id TEXT NOT NULL,
    raw BLOB NOT NULL,
    taken_at INTEGER NOT NULL,
    read_at INTEGER,
    tries INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT notice_is_single UNIQUE (method, key),
    CONSTRAINT notice_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT notice_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT notice_payment_is_uuid CHECK (payment IS NULL OR length(payment) = 16),
    CONSTRAINT notice_raw_is_short CHECK (length(raw) <= 65536),
    CONSTRAINT notice_tries_are_counted CHECK (tries >= 0)
) STRICT;

CREATE INDEX notice_waiting ON notice (taken_at, sequence) WHERE read_at IS NOT NULL;

-- A payment begins created and unpaid, keeps its order, and moves as the table of the core says.

CREATE TRIGGER payment_begins_created BEFORE INSERT ON payment
BEGIN
    SELECT RAISE(ABORT, 'payment_is_single') WHERE EXISTS (SELECT 1 FROM payment WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'payment_counts_pays')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.pays_asset);
    SELECT RAISE(ABORT, 'payment_counts_gives')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.gives_asset);
    SELECT RAISE(ABORT, 'payment_begins_created')
     WHERE NEW.state <> 'created' OR NEW.came <> 0 OR NEW.credited <> 0;
END;

CREATE TRIGGER payment_is_never_deleted BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'payment_is_never_deleted'); END;

CREATE TRIGGER payment_order_is_fixed
BEFORE UPDATE OF id, payer, target, method, pays, pays_asset, gives, gives_asset, reference,
                 created_at, expires_at ON payment
BEGIN SELECT RAISE(ABORT, 'payment_order_is_fixed'); END;

CREATE TRIGGER payment_moves BEFORE UPDATE OF state ON payment
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'created' THEN NEW.state IN ('unknown', 'pending', 'confirming', 'settled', 'underpaid',
                                       'overpaid', 'expired', 'cancelled', 'failed')
     WHEN 'unknown' THEN NEW.state IN ('pending', 'confirming', 'settled', 'underpaid', 'overpaid',
                                       'expired', 'cancelled', 'failed')
     WHEN 'pending' THEN NEW.state IN ('unknown', 'confirming', 'settled', 'underpaid', 'overpaid',
                                       'expired', 'cancelled', 'failed')
     WHEN 'confirming' THEN NEW.state IN ('unknown', 'settled', 'underpaid', 'overpaid',
                                          'expired', 'cancelled', 'failed')
     WHEN 'underpaid' THEN NEW.state IN ('settled', 'overpaid')
     WHEN 'settled' THEN NEW.state = 'overpaid'
     WHEN 'overpaid' THEN 0
     ELSE NEW.state IN ('unknown', 'confirming', 'settled', 'underpaid', 'overpaid')
     END
BEGIN SELECT RAISE(ABORT, 'payment_moves'); END;

CREATE TRIGGER payment_money_stays BEFORE UPDATE OF came, credited ON payment
WHEN NEW.came < OLD.came OR NEW.credited < OLD.credited
BEGIN SELECT RAISE(ABORT, 'payment_money_stays'); END;

CREATE TRIGGER payment_money_arrived BEFORE UPDATE OF came, credited ON payment
WHEN NEW.came <> OLD.came OR NEW.credited <> OLD.credited
BEGIN
    SELECT RAISE(ABORT, 'payment_money_arrived')
      FROM (SELECT coalesce(sum(amount), 0) AS came, coalesce(sum(credited), 0) AS credited
              FROM arrival
             WHERE payment = NEW.id AND asset = NEW.pays_asset) AS arrived
     WHERE NEW.came <> arrived.came OR NEW.credited > arrived.credited;
END;

CREATE TRIGGER payment_has_one_invoice BEFORE UPDATE OF provider_id ON payment
WHEN OLD.provider_id <> '' AND NEW.provider_id <> OLD.provider_id
BEGIN SELECT RAISE(ABORT, 'payment_has_one_invoice'); END;

-- An arrival is a fact. What is held of it is decided about once; before that, what was to be
-- credited may turn out to be refused, and is held too.

CREATE TRIGGER arrival_is_of_its_payment BEFORE INSERT ON arrival
BEGIN
    SELECT RAISE(ABORT, 'arrival_is_single')
     WHERE EXISTS (SELECT 1 FROM arrival WHERE method = NEW.method AND key = NEW.key)
        OR EXISTS (SELECT 1 FROM arrival WHERE sequence = NEW.sequence);
    SELECT RAISE(ABORT, 'arrival_counts_asset')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.asset);
    SELECT RAISE(ABORT, 'arrival_begins_undecided') WHERE NEW.decided <> 0;
    SELECT RAISE(ABORT, 'arrival_is_of_payment')
     WHERE NEW.payment IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM payment WHERE id = NEW.payment AND method = NEW.method);
    SELECT RAISE(ABORT, 'arrival_wrong_asset_is_another')
      FROM payment
     WHERE id = NEW.payment AND (NEW."case" = 'wrong_asset') <> (NEW.asset <> pays_asset);
END;

CREATE TRIGGER arrival_is_never_deleted BEFORE DELETE ON arrival
BEGIN SELECT RAISE(ABORT, 'arrival_is_never_deleted'); END;

CREATE TRIGGER arrival_is_fixed
BEFORE UPDATE OF sequence, method, key, asset, amount, at, sender, payment, "case", noted_at
    ON arrival
BEGIN SELECT RAISE(ABORT, 'arrival_is_fixed'); END;

CREATE TRIGGER arrival_is_decided_once BEFORE UPDATE OF credited, held, decided ON arrival
WHEN NEW.decided <> OLD.decided AND (OLD.held = 0 OR NEW.held <> 0)
  OR NEW.held < OLD.held AND NEW.decided = 0
  OR NEW.held > OLD.held AND NEW.held <> NEW.amount
BEGIN SELECT RAISE(ABORT, 'arrival_is_decided_once'); END;

-- A notice is kept as it came.

CREATE TRIGGER notice_is_new BEFORE INSERT ON notice
BEGIN
    SELECT RAISE(ABORT, 'notice_is_single')
     WHERE EXISTS (SELECT 1 FROM notice WHERE method = NEW.method AND key = NEW.key)
        OR EXISTS (SELECT 1 FROM notice WHERE sequence = NEW.sequence);
END;

CREATE TRIGGER notice_is_never_deleted BEFORE DELETE ON notice
BEGIN SELECT RAISE(ABORT, 'notice_is_never_deleted'); END;

CREATE TRIGGER notice_is_fixed
BEFORE UPDATE OF sequence, method, key, payment, provider_id, raw, taken_at ON notice
BEGIN SELECT RAISE(ABORT, 'notice_is_fixed'); END;

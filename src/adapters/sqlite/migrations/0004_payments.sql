-- Payments, all that came, what goes back, and what providers told us: facts stay as they were
-- written, and what becomes of them follows the tables of the core.

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
    goods TEXT NOT NULL,
    place TEXT NOT NULL,
    country TEXT NOT NULL, -- of the payer; empty when it is not known
    state TEXT NOT NULL,
    came INTEGER NOT NULL,
    credited INTEGER NOT NULL, -- what the target has had of it and was not taken back
    "returning" INTEGER NOT NULL,
    returned INTEGER NOT NULL,
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
    CONSTRAINT payment_goods_are_known CHECK (goods IN ('digital', 'physical', 'service')),
    CONSTRAINT payment_place_is_known CHECK (place IN ('telegram', 'elsewhere')),
    CONSTRAINT payment_country_is_two_letters CHECK (country = '' OR country GLOB '[A-Z][A-Z]'),
    CONSTRAINT payment_state_is_known
        CHECK (state IN ('created', 'unknown', 'pending', 'confirming', 'settled', 'underpaid',
                         'overpaid', 'expired', 'cancelled', 'failed', 'refunding', 'refunded')),
    CONSTRAINT payment_parts_had_come
        CHECK (credited >= 0 AND "returning" >= 0 AND returned >= 0
               AND credited + "returning" + returned <= came),
    CONSTRAINT payment_settled_when_all_came CHECK (state <> 'settled' OR came = pays),
    CONSTRAINT payment_overpaid_when_more_came CHECK (state <> 'overpaid' OR came > pays),
    CONSTRAINT payment_paid_when_all_came
        CHECK (came < pays OR state IN ('settled', 'overpaid', 'refunding', 'refunded')),
    CONSTRAINT payment_refunding_while_returning CHECK ((state = 'refunding') = ("returning" > 0)),
    CONSTRAINT payment_refunded_when_all_is_back
        CHECK ((state = 'refunded') = (came > 0 AND returned = came)),
    CONSTRAINT payment_checks_are_counted CHECK (checks >= 0)
) STRICT, WITHOUT ROWID;

-- What arrivals point at, so that they came by the method of their payment.
CREATE UNIQUE INDEX payment_with_method ON payment (id, method);
CREATE INDEX payment_due ON payment (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX payment_of_payer ON payment (payer, created_at, id);

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
    returned INTEGER NOT NULL, -- back, or on its way
    given_to TEXT, -- who was given what had been held, where a person chose somebody
    why_held TEXT NOT NULL,
    CONSTRAINT arrival_is_single UNIQUE (method, key),
    CONSTRAINT arrival_is_of_payment FOREIGN KEY (payment, method) REFERENCES payment (id, method),
    CONSTRAINT arrival_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT arrival_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT arrival_amount_is_positive CHECK (amount > 0),
    CONSTRAINT arrival_parts_are_the_whole
        CHECK (credited >= 0 AND held >= 0 AND returned >= 0
               AND credited + held + returned = amount),
    CONSTRAINT arrival_case_is_known
        CHECK ("case" IN ('exact', 'under', 'over', 'double', 'late', 'wrong_asset', 'unmatched')),
    CONSTRAINT arrival_unmatched_without_payment CHECK (("case" = 'unmatched') = (payment IS NULL))
) STRICT;

CREATE INDEX arrival_of_payment ON arrival (payment, sequence) WHERE payment IS NOT NULL;
CREATE INDEX arrival_held ON arrival (noted_at, method, key) WHERE held > 0;
CREATE INDEX arrival_noted ON arrival (method, noted_at, key);

CREATE TABLE refund (
    id BLOB NOT NULL PRIMARY KEY,
    method TEXT NOT NULL,
    key TEXT NOT NULL,
    payment BLOB,
    payer TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL,
    origin TEXT NOT NULL,
    "to" TEXT NOT NULL,
    reason TEXT NOT NULL,
    "by" TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    check_at INTEGER,
    checks INTEGER NOT NULL,
    approved_by TEXT NOT NULL,
    told TEXT NOT NULL,
    CONSTRAINT refund_is_of_arrival FOREIGN KEY (method, key) REFERENCES arrival (method, key),
    CONSTRAINT refund_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT refund_amount_is_positive CHECK (amount > 0),
    CONSTRAINT refund_origin_is_known CHECK (origin IN ('target', 'drawer', 'outside')),
    CONSTRAINT refund_outside_is_done CHECK (origin <> 'outside' OR state = 'done'),
    CONSTRAINT refund_state_is_known
        CHECK (state IN ('waiting', 'due', 'unknown', 'accepted', 'done', 'failed', 'declined')),
    CONSTRAINT refund_is_gone_on_with_on_its_way
        CHECK (check_at IS NULL OR state IN ('due', 'unknown', 'accepted')),
    CONSTRAINT refund_checks_are_counted CHECK (checks >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX refund_due ON refund (check_at, id) WHERE check_at IS NOT NULL;
CREATE INDEX refund_of_arrival ON refund (method, key, created_at, id);
CREATE INDEX refund_of_payer ON refund (payer, created_at, id);
CREATE INDEX refund_noted ON refund (method, created_at, id);
CREATE INDEX refund_waiting ON refund (created_at, id)
 WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined');

CREATE TABLE standing (
    id BLOB NOT NULL PRIMARY KEY,
    payer TEXT NOT NULL,
    target TEXT NOT NULL,
    method TEXT NOT NULL,
    asset TEXT NOT NULL CONSTRAINT standing_counts_asset REFERENCES asset (code),
    amount INTEGER, -- each month, of a subscription; else whatever comes
    reference TEXT NOT NULL,
    goods TEXT NOT NULL,
    place TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    provider_id TEXT NOT NULL,
    link TEXT NOT NULL,
    ended INTEGER NOT NULL,
    charge TEXT, -- which the subscription began with; none where nothing was paid for a time
    until INTEGER,
    renews INTEGER,
    lapsed INTEGER,
    CONSTRAINT standing_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT standing_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT standing_amount_is_positive CHECK (amount > 0),
    CONSTRAINT standing_goods_are_known CHECK (goods IN ('digital', 'physical', 'service')),
    CONSTRAINT standing_place_is_known CHECK (place IN ('telegram', 'elsewhere')),
    CONSTRAINT standing_country_is_two_letters CHECK (country = '' OR country GLOB '[A-Z][A-Z]'),
    CONSTRAINT standing_has_ended_or_not CHECK (ended IN (0, 1)),
    CONSTRAINT standing_renews_or_not CHECK (renews IN (0, 1)),
    CONSTRAINT standing_has_lapsed_or_not CHECK (lapsed IN (0, 1)),
    CONSTRAINT standing_term_is_whole
        CHECK ((charge IS NULL) = (until IS NULL) AND (charge IS NULL) = (renews IS NULL)
               AND (charge IS NULL) = (lapsed IS NULL)),
    CONSTRAINT standing_term_is_of_subscription CHECK (charge IS NULL OR amount IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX standing_of_payer ON standing (payer, created_at, id);
CREATE INDEX standing_lapsing ON standing (until, id) WHERE NOT lapsed;

-- Only a place to go on from: read again, everything is known already.
CREATE TABLE cursor (
    feed TEXT NOT NULL PRIMARY KEY,
    position TEXT NOT NULL,
    until INTEGER
) STRICT, WITHOUT ROWID;

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
    unresolved INTEGER NOT NULL,
    CONSTRAINT notice_is_single UNIQUE (method, key),
    CONSTRAINT notice_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT notice_method_is_name
        CHECK (length(method) <= 32 AND method GLOB '[a-z]*' AND method NOT GLOB '*[^a-z0-9_]*'),
    CONSTRAINT notice_payment_is_uuid CHECK (payment IS NULL OR length(payment) = 16),
    CONSTRAINT notice_raw_is_short CHECK (length(raw) <= 65536),
    CONSTRAINT notice_tries_are_counted CHECK (tries >= 0),
    CONSTRAINT notice_is_unresolved_or_not CHECK (unresolved IN (0, 1)),
    CONSTRAINT notice_unresolved_is_read CHECK (unresolved = 0 OR read_at IS NULL)
) STRICT;

CREATE INDEX notice_waiting ON notice (taken_at, sequence) WHERE read_at IS NOT NULL;
CREATE INDEX notice_unresolved ON notice (taken_at, method, key) WHERE unresolved <> 0;

-- A payment begins created and unpaid, keeps its order, and moves as the table of the core says.

CREATE TRIGGER payment_begins_created BEFORE INSERT ON payment
BEGIN
    SELECT RAISE(ABORT, 'payment_is_single') WHERE EXISTS (SELECT 1 FROM payment WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'payment_counts_pays')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.pays_asset);
    SELECT RAISE(ABORT, 'payment_counts_gives')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.gives_asset);
    SELECT RAISE(ABORT, 'payment_begins_created')
     WHERE NEW.state <> 'created'
        OR NEW.came <> 0 OR NEW.credited <> 0 OR NEW."returning" <> 0 OR NEW.returned <> 0;
END;

CREATE TRIGGER payment_is_never_deleted BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'payment_is_never_deleted'); END;

CREATE TRIGGER payment_order_is_fixed
BEFORE UPDATE OF id, payer, target, method, pays, pays_asset, gives, gives_asset, reference, goods,
                 place, country, created_at, expires_at ON payment
BEGIN SELECT RAISE(ABORT, 'payment_order_is_fixed'); END;

CREATE TRIGGER payment_moves BEFORE UPDATE OF state ON payment
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'created' THEN 1
     WHEN 'unknown' THEN NEW.state <> 'created'
     WHEN 'pending' THEN NEW.state <> 'created'
     WHEN 'confirming' THEN NEW.state NOT IN ('created', 'pending')
     WHEN 'underpaid' THEN NEW.state IN ('settled', 'overpaid', 'refunding', 'refunded')
     WHEN 'settled' THEN NEW.state IN ('overpaid', 'refunding', 'refunded')
     WHEN 'overpaid' THEN NEW.state IN ('refunding', 'refunded')
     WHEN 'refunding' THEN NEW.state IN ('confirming', 'underpaid', 'settled', 'overpaid',
                                         'refunded')
     WHEN 'refunded' THEN NEW.state IN ('confirming', 'underpaid', 'settled', 'overpaid',
                                        'refunding')
     ELSE NEW.state IN ('unknown', 'confirming', 'underpaid', 'settled', 'overpaid', 'refunding',
                        'refunded')
     END
BEGIN SELECT RAISE(ABORT, 'payment_moves'); END;

-- What came is never taken for not having come, nor what is back for not being back.
CREATE TRIGGER payment_money_stays BEFORE UPDATE OF came, returned ON payment
WHEN NEW.came < OLD.came OR NEW.returned < OLD.returned
BEGIN SELECT RAISE(ABORT, 'payment_money_stays'); END;

CREATE TRIGGER payment_money_arrived
BEFORE UPDATE OF came, credited, "returning", returned ON payment
WHEN NEW.came <> OLD.came OR NEW.credited <> OLD.credited
  OR NEW."returning" <> OLD."returning" OR NEW.returned <> OLD.returned
BEGIN
    SELECT RAISE(ABORT, 'payment_money_arrived')
      FROM (SELECT coalesce(sum(amount), 0) AS came,
                   coalesce(sum(credited), 0) AS credited,
                   coalesce(sum(returned), 0) AS returned
              FROM arrival
             WHERE payment = NEW.id AND asset = NEW.pays_asset) AS arrived
     WHERE NEW.came <> arrived.came
        OR NEW.credited > arrived.credited
        OR NEW."returning" + NEW.returned <> arrived.returned;
END;

CREATE TRIGGER payment_has_one_invoice BEFORE UPDATE OF provider_id ON payment
WHEN OLD.provider_id <> '' AND NEW.provider_id <> OLD.provider_id
BEGIN SELECT RAISE(ABORT, 'payment_has_one_invoice'); END;

-- An arrival is a fact. Its parts go to and fro, but what is back for good stays back, and who was
-- given it is known as long as they have any of it.

CREATE TRIGGER arrival_is_of_its_payment BEFORE INSERT ON arrival
BEGIN
    SELECT RAISE(ABORT, 'arrival_is_single')
     WHERE EXISTS (SELECT 1 FROM arrival WHERE method = NEW.method AND key = NEW.key)
        OR EXISTS (SELECT 1 FROM arrival WHERE sequence = NEW.sequence);
    SELECT RAISE(ABORT, 'arrival_counts_asset')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.asset);
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

CREATE TRIGGER arrival_is_given_once BEFORE UPDATE OF given_to ON arrival
WHEN OLD.given_to IS NOT NULL AND NEW.given_to IS NOT OLD.given_to AND OLD.credited > 0
BEGIN SELECT RAISE(ABORT, 'arrival_is_given_once'); END;

CREATE TRIGGER arrival_gone_stays_gone BEFORE UPDATE OF returned ON arrival
WHEN NEW.returned < OLD.returned
BEGIN
    SELECT RAISE(ABORT, 'arrival_gone_stays_gone')
     WHERE NEW.returned < (SELECT coalesce(sum(amount), 0)
                             FROM refund
                            WHERE method = NEW.method AND key = NEW.key AND state = 'done');
END;

-- A refund keeps what was asked for, and moves as the table of the core says. It is a part of an
-- arrival that was set aside before it was written down, and is put back before it has failed: with
-- every move, what an arrival says of its refunds is the sum of them.

CREATE TRIGGER refund_begins BEFORE INSERT ON refund
BEGIN
    SELECT RAISE(ABORT, 'refund_is_single') WHERE EXISTS (SELECT 1 FROM refund WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'refund_begins_waiting_or_due')
     WHERE NEW.origin <> 'outside' AND NEW.state NOT IN ('waiting', 'due');
    SELECT RAISE(ABORT, 'refund_is_of_arrival')
     WHERE NOT EXISTS (SELECT 1 FROM arrival WHERE method = NEW.method AND key = NEW.key);
    SELECT RAISE(ABORT, 'refund_is_as_it_came')
      FROM arrival
     WHERE method = NEW.method
       AND key = NEW.key
       AND (asset <> NEW.asset OR payment IS NOT NEW.payment);
END;

CREATE TRIGGER refund_is_never_deleted BEFORE DELETE ON refund
BEGIN SELECT RAISE(ABORT, 'refund_is_never_deleted'); END;

CREATE TRIGGER refund_is_fixed
BEFORE UPDATE OF id, method, key, payment, payer, asset, amount, origin, "to", reason, "by",
                 created_at ON refund
BEGIN SELECT RAISE(ABORT, 'refund_is_fixed'); END;

CREATE TRIGGER refund_moves BEFORE UPDATE OF state ON refund
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'waiting' THEN NEW.state IN ('due', 'declined', 'done')
     WHEN 'due' THEN NEW.state IN ('unknown', 'done')
     WHEN 'unknown' THEN NEW.state IN ('due', 'accepted', 'done', 'failed')
     WHEN 'accepted' THEN NEW.state IN ('done', 'failed')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'refund_moves'); END;

CREATE TRIGGER refund_is_set_aside_first AFTER INSERT ON refund
BEGIN
    SELECT RAISE(ABORT, 'refund_is_set_aside')
      FROM arrival
     WHERE method = NEW.method
       AND key = NEW.key
       AND returned <> (SELECT coalesce(sum(amount), 0)
                          FROM refund
                         WHERE method = NEW.method
                           AND key = NEW.key
                           AND state NOT IN ('failed', 'declined'));
END;

CREATE TRIGGER refund_is_set_aside_still AFTER UPDATE OF state ON refund
BEGIN
    SELECT RAISE(ABORT, 'refund_is_set_aside')
      FROM arrival
     WHERE method = NEW.method
       AND key = NEW.key
       AND returned <> (SELECT coalesce(sum(amount), 0)
                          FROM refund
                         WHERE method = NEW.method
                           AND key = NEW.key
                           AND state NOT IN ('failed', 'declined'));
END;

-- What was agreed of a standing order stays; it has one invoice, and ends for good.

CREATE TRIGGER standing_begins BEFORE INSERT ON standing
BEGIN
    SELECT RAISE(ABORT, 'standing_is_single')
     WHERE EXISTS (SELECT 1 FROM standing WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'standing_counts_asset')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.asset);
END;

CREATE TRIGGER standing_is_never_deleted BEFORE DELETE ON standing
BEGIN SELECT RAISE(ABORT, 'standing_is_never_deleted'); END;

CREATE TRIGGER standing_is_fixed
BEFORE UPDATE OF id, payer, target, method, asset, amount, reference, goods, place, country,
                 created_at ON standing
BEGIN SELECT RAISE(ABORT, 'standing_is_fixed'); END;

CREATE TRIGGER standing_has_one_invoice BEFORE UPDATE OF provider_id ON standing
WHEN OLD.provider_id <> '' AND NEW.provider_id <> OLD.provider_id
BEGIN SELECT RAISE(ABORT, 'standing_has_one_invoice'); END;

CREATE TRIGGER standing_stays_ended BEFORE UPDATE OF ended ON standing
WHEN NEW.ended < OLD.ended
BEGIN SELECT RAISE(ABORT, 'standing_stays_ended'); END;

-- What was paid for is not taken back.
CREATE TRIGGER standing_term_stays BEFORE UPDATE OF until ON standing
WHEN OLD.until IS NOT NULL AND (NEW.until IS NULL OR NEW.until < OLD.until)
BEGIN SELECT RAISE(ABORT, 'standing_term_stays'); END;

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

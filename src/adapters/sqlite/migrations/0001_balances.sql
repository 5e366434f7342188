-- Accounts, transfers, holds and refusals, with every law of money that SQLite can state.
--
-- Names of constraints say what holds when they do. What a CHECK cannot say, a trigger does, under
-- a name too: a foreign key is checked only by those who switch it on, a trigger by everybody.
-- Times are microseconds since 1970 in UTC, ids the sixteen bytes of a UUID, units whole numbers.

CREATE TABLE asset (
    code TEXT NOT NULL PRIMARY KEY,
    scale INTEGER NOT NULL,
    CONSTRAINT asset_scale_is_small CHECK (scale BETWEEN 0 AND 18)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    asset TEXT NOT NULL CONSTRAINT account_counts_asset REFERENCES asset (code),
    floor INTEGER NOT NULL,
    ceiling INTEGER NOT NULL,
    posted INTEGER NOT NULL DEFAULT 0,
    held INTEGER NOT NULL DEFAULT 0,
    entries INTEGER NOT NULL DEFAULT 0, -- how many transfers touched it; its newest one's number
    touched_at INTEGER NOT NULL,
    held_by INTEGER, -- the hold that changed last what is held
    CONSTRAINT account_is_single UNIQUE (name, asset),
    CONSTRAINT account_limits_span_zero
        CHECK (floor BETWEEN -9223372036854775807 AND 0 AND ceiling >= 0),
    CONSTRAINT account_held_is_not_negative CHECK (held >= 0),
    CONSTRAINT account_stays_above_floor CHECK (posted - held >= floor),
    CONSTRAINT account_stays_below_ceiling CHECK (posted <= ceiling)
) STRICT;

-- What foreign keys point at, so that a transfer and its accounts count the same asset.
CREATE UNIQUE INDEX account_with_asset ON account (id, asset);

-- One row is both legs, so all accounts of an asset sum to zero by construction.
CREATE TABLE transfer (
    sequence INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    asset TEXT NOT NULL,
    amount INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    memo TEXT NOT NULL,
    corrects BLOB CONSTRAINT transfer_corrects_transfer REFERENCES transfer (id),
    movement BLOB NOT NULL, -- the first of those that happened together
    leg INTEGER NOT NULL,
    legs INTEGER NOT NULL,
    hold BLOB CONSTRAINT transfer_spends_hold REFERENCES hold (id),
    at INTEGER NOT NULL,
    source_number INTEGER NOT NULL, -- which entry of its source this is, from one without gaps
    target_number INTEGER NOT NULL,
    source_after INTEGER NOT NULL, -- what the source held right after it
    target_after INTEGER NOT NULL,
    CONSTRAINT transfer_id_is_single UNIQUE (id),
    CONSTRAINT transfer_continues_source UNIQUE (source, source_number),
    CONSTRAINT transfer_continues_target UNIQUE (target, target_number),
    CONSTRAINT transfer_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT transfer_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT transfer_amount_is_positive CHECK (amount > 0),
    CONSTRAINT transfer_has_two_accounts CHECK (source <> target),
    CONSTRAINT transfer_leg_is_of_its_movement
        CHECK (legs BETWEEN 1 AND 100 AND leg BETWEEN 0 AND legs - 1 AND (leg = 0) = (id = movement)),
    CONSTRAINT transfer_source_counts_asset
        FOREIGN KEY (source, asset) REFERENCES account (id, asset),
    CONSTRAINT transfer_target_counts_asset
        FOREIGN KEY (target, asset) REFERENCES account (id, asset)
) STRICT;

CREATE UNIQUE INDEX transfer_leg_is_single ON transfer (movement, leg) WHERE legs > 1;
CREATE INDEX transfer_correcting ON transfer (corrects, amount) WHERE corrects IS NOT NULL;
CREATE INDEX transfer_spending ON transfer (hold, amount) WHERE hold IS NOT NULL;

CREATE TABLE hold (
    sequence INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    account INTEGER NOT NULL CONSTRAINT hold_is_on_account REFERENCES account (id),
    amount INTEGER NOT NULL,
    reference TEXT NOT NULL,
    expires_at INTEGER,
    state TEXT NOT NULL DEFAULT 'open',
    captured INTEGER NOT NULL DEFAULT 0, -- kept by the transfers that spend it
    placed_at INTEGER NOT NULL,
    closed_at INTEGER,
    counted INTEGER NOT NULL DEFAULT 0, -- whether its account's held is with it
    CONSTRAINT hold_id_is_single UNIQUE (id),
    CONSTRAINT hold_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT hold_sequence_is_positive CHECK (sequence > 0),
    CONSTRAINT hold_amount_is_positive CHECK (amount > 0),
    CONSTRAINT hold_state_is_known CHECK (state IN ('open', 'captured', 'released', 'expired')),
    CONSTRAINT hold_captured_is_within_amount CHECK (captured BETWEEN 0 AND amount),
    CONSTRAINT hold_captured_when_captured CHECK (captured = 0 OR state = 'captured'),
    CONSTRAINT hold_closed_when_not_open CHECK ((closed_at IS NULL) = (state = 'open')),
    CONSTRAINT hold_closed_after_placed CHECK (closed_at IS NULL OR closed_at >= placed_at),
    CONSTRAINT hold_placed_in_time CHECK (expires_at IS NULL OR placed_at < expires_at),
    CONSTRAINT hold_captured_in_time
        CHECK (state <> 'captured' OR expires_at IS NULL OR closed_at < expires_at),
    CONSTRAINT hold_expired_when_due
        CHECK (state <> 'expired' OR expires_at IS NOT NULL AND closed_at >= expires_at)
) STRICT;

CREATE INDEX hold_of_account ON hold (account, placed_at);
CREATE INDEX hold_open ON hold (account, amount) WHERE state = 'open';
CREATE INDEX hold_due ON hold (expires_at, id) WHERE state = 'open' AND expires_at IS NOT NULL;

CREATE TABLE refusal (
    id BLOB NOT NULL PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    code TEXT NOT NULL,
    facts TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT refusal_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT refusal_fingerprint_is_sha256 CHECK (length(fingerprint) = 32),
    CONSTRAINT refusal_facts_are_json CHECK (json_valid(facts))
) STRICT, WITHOUT ROWID;

-- What was written once stays. INSERT OR REPLACE would delete silently, so a known key is refused
-- before it comes to that.

CREATE TRIGGER asset_is_append_only_insert BEFORE INSERT ON asset
WHEN EXISTS (SELECT 1 FROM asset WHERE code = NEW.code)
BEGIN SELECT RAISE(ABORT, 'asset_is_append_only'); END;

CREATE TRIGGER asset_is_append_only_update BEFORE UPDATE ON asset
BEGIN SELECT RAISE(ABORT, 'asset_is_append_only'); END;

CREATE TRIGGER asset_is_append_only_delete BEFORE DELETE ON asset
BEGIN SELECT RAISE(ABORT, 'asset_is_append_only'); END;

CREATE TRIGGER transfer_is_append_only_update BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer_is_append_only'); END;

CREATE TRIGGER transfer_is_append_only_delete BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'transfer_is_append_only'); END;

CREATE TRIGGER refusal_is_append_only_insert BEFORE INSERT ON refusal
WHEN EXISTS (SELECT 1 FROM refusal WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'refusal_is_append_only'); END;

CREATE TRIGGER refusal_is_append_only_update BEFORE UPDATE ON refusal
BEGIN SELECT RAISE(ABORT, 'refusal_is_append_only'); END;

CREATE TRIGGER refusal_is_append_only_delete BEFORE DELETE ON refusal
BEGIN SELECT RAISE(ABORT, 'refusal_is_append_only'); END;

-- An account begins empty, keeps its name and asset, and shows what its history says.

CREATE TRIGGER account_begins_empty BEFORE INSERT ON account
BEGIN
    SELECT RAISE(ABORT, 'account_is_single')
     WHERE EXISTS (SELECT 1 FROM account WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM account WHERE name = NEW.name AND asset = NEW.asset);
    SELECT RAISE(ABORT, 'account_counts_asset')
     WHERE NOT EXISTS (SELECT 1 FROM asset WHERE code = NEW.asset);
    SELECT RAISE(ABORT, 'account_begins_empty')
     WHERE NEW.posted <> 0 OR NEW.held <> 0 OR NEW.entries <> 0;
END;

CREATE TRIGGER account_is_never_closed BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'account_is_never_closed'); END;

CREATE TRIGGER account_identity_is_fixed BEFORE UPDATE OF id, name, asset ON account
BEGIN SELECT RAISE(ABORT, 'account_identity_is_fixed'); END;

CREATE TRIGGER account_time_runs_forward BEFORE UPDATE OF touched_at ON account
WHEN NEW.touched_at < OLD.touched_at
BEGIN SELECT RAISE(ABORT, 'account_time_runs_forward'); END;

CREATE TRIGGER account_posted_is_newest_entry BEFORE UPDATE OF posted, entries ON account
WHEN NEW.posted <> OLD.posted OR NEW.entries <> OLD.entries
BEGIN
    SELECT RAISE(ABORT, 'account_posted_is_newest_entry')
     WHERE NEW.entries <> OLD.entries + 1
        OR NOT EXISTS (
               SELECT 1
                 FROM transfer
                WHERE source = NEW.id AND source_number = NEW.entries AND source_after = NEW.posted
                UNION ALL
               SELECT 1
                 FROM transfer
                WHERE target = NEW.id AND target_number = NEW.entries AND target_after = NEW.posted
           );
END;

-- The sum of open holds, without summing: each hold is added once and taken away once.
CREATE TRIGGER account_held_is_open_holds BEFORE UPDATE OF held ON account
WHEN NEW.held <> OLD.held
BEGIN
    SELECT RAISE(ABORT, 'account_held_is_open_holds')
     WHERE NOT EXISTS (
               SELECT 1
                 FROM hold
                WHERE sequence = NEW.held_by
                  AND account = NEW.id
                  AND counted <> (state = 'open')
                  AND NEW.held - OLD.held = CASE state WHEN 'open' THEN amount ELSE -amount END
           );
END;

-- A transfer continues the history of both its accounts, and moves them itself: none can stand in
-- the books without its effect. Limits are looked at here as well as in the CHECKs of the account,
-- because INSERT OR IGNORE makes SQLite pass over a CHECK that fails inside a trigger.

CREATE TRIGGER transfer_continues_history BEFORE INSERT ON transfer
BEGIN
    SELECT RAISE(ABORT, 'transfer_is_append_only')
     WHERE EXISTS (SELECT 1 FROM transfer WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM transfer WHERE sequence = NEW.sequence);
    SELECT RAISE(ABORT, 'transfer_was_not_refused')
     WHERE EXISTS (SELECT 1 FROM refusal WHERE id = NEW.id);
    SELECT coalesce(
        (SELECT CASE
                WHEN asset <> NEW.asset
                THEN RAISE(ABORT, 'transfer_source_counts_asset')
                WHEN NEW.source_number <> entries + 1
                  OR NEW.source_after <> posted - NEW.amount
                  OR NEW.at < touched_at
                THEN RAISE(ABORT, 'transfer_continues_source')
                WHEN posted - held - NEW.amount < floor
                THEN RAISE(ABORT, 'account_stays_above_floor')
                ELSE 0
                END
           FROM account
          WHERE id = NEW.source),
        RAISE(ABORT, 'transfer_source_counts_asset')
    );
    SELECT coalesce(
        (SELECT CASE
                WHEN asset <> NEW.asset
                THEN RAISE(ABORT, 'transfer_target_counts_asset')
                WHEN NEW.target_number <> entries + 1
                  OR NEW.target_after <> posted + NEW.amount
                  OR NEW.at < touched_at
                THEN RAISE(ABORT, 'transfer_continues_target')
                WHEN posted + NEW.amount > ceiling
                THEN RAISE(ABORT, 'account_stays_below_ceiling')
                ELSE 0
                END
           FROM account
          WHERE id = NEW.target),
        RAISE(ABORT, 'transfer_target_counts_asset')
    );
END;

CREATE TRIGGER transfer_moves_accounts AFTER INSERT ON transfer
BEGIN
    UPDATE account
       SET posted = NEW.source_after, entries = NEW.source_number, touched_at = NEW.at
     WHERE id = NEW.source;
    UPDATE account
       SET posted = NEW.target_after, entries = NEW.target_number, touched_at = NEW.at
     WHERE id = NEW.target;
END;

CREATE TRIGGER transfer_corrects_opposite BEFORE INSERT ON transfer
WHEN NEW.corrects IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'transfer_corrects_opposite')
     WHERE NOT EXISTS (
               SELECT 1
                 FROM transfer
                WHERE id = NEW.corrects AND source = NEW.target AND target = NEW.source
           );
    SELECT RAISE(ABORT, 'transfer_corrects_within_amount')
     WHERE NEW.amount > (SELECT amount FROM transfer WHERE id = NEW.corrects)
                      - (SELECT coalesce(sum(amount), 0) FROM transfer WHERE corrects = NEW.corrects);
END;

CREATE TRIGGER transfer_spends_captured_hold BEFORE INSERT ON transfer
WHEN NEW.hold IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'transfer_spends_captured_hold')
     WHERE NOT EXISTS (
               SELECT 1
                 FROM hold
                WHERE id = NEW.hold
                  AND account = NEW.source
                  AND state = 'captured'
                  AND closed_at = NEW.at
           );
    SELECT RAISE(ABORT, 'hold_captured_is_within_amount')
     WHERE NEW.amount > (SELECT amount - captured FROM hold WHERE id = NEW.hold);
END;

CREATE TRIGGER transfer_counts_as_captured AFTER INSERT ON transfer
WHEN NEW.hold IS NOT NULL
BEGIN
    UPDATE hold SET captured = captured + NEW.amount WHERE id = NEW.hold;
END;

-- A hold begins open, is closed once, and is set aside on its account exactly as long as it is open.

CREATE TRIGGER hold_begins_open BEFORE INSERT ON hold
BEGIN
    SELECT RAISE(ABORT, 'hold_id_is_single')
     WHERE EXISTS (SELECT 1 FROM hold WHERE id = NEW.id)
        OR EXISTS (SELECT 1 FROM hold WHERE sequence = NEW.sequence);
    SELECT RAISE(ABORT, 'hold_was_not_refused')
     WHERE EXISTS (SELECT 1 FROM refusal WHERE id = NEW.id);
    SELECT RAISE(ABORT, 'hold_begins_open')
     WHERE NEW.state <> 'open' OR NEW.captured <> 0 OR NEW.counted <> 0;
    SELECT coalesce(
        (SELECT CASE
                WHEN NEW.placed_at < touched_at
                THEN RAISE(ABORT, 'account_time_runs_forward')
                WHEN posted - held - NEW.amount < floor
                THEN RAISE(ABORT, 'account_stays_above_floor')
                ELSE 0
                END
           FROM account
          WHERE id = NEW.account),
        RAISE(ABORT, 'hold_is_on_account')
    );
END;

CREATE TRIGGER hold_is_set_aside AFTER INSERT ON hold
BEGIN
    UPDATE account
       SET held = held + NEW.amount, held_by = NEW.sequence, touched_at = NEW.placed_at
     WHERE id = NEW.account;
    UPDATE hold SET counted = 1 WHERE sequence = NEW.sequence;
END;

CREATE TRIGGER hold_is_never_deleted BEFORE DELETE ON hold
BEGIN SELECT RAISE(ABORT, 'hold_is_never_deleted'); END;

CREATE TRIGGER hold_identity_is_fixed
BEFORE UPDATE OF sequence, id, account, amount, reference, expires_at, placed_at ON hold
BEGIN SELECT RAISE(ABORT, 'hold_identity_is_fixed'); END;

CREATE TRIGGER hold_is_closed_once BEFORE UPDATE OF state, closed_at ON hold
WHEN OLD.state <> 'open' OR NEW.state = 'open'
BEGIN SELECT RAISE(ABORT, 'hold_is_closed_once'); END;

CREATE TRIGGER hold_goes_back AFTER UPDATE OF state ON hold
BEGIN
    UPDATE account
       SET held = held - NEW.amount, held_by = NEW.sequence, touched_at = NEW.closed_at
     WHERE id = NEW.account;
    UPDATE hold SET counted = 0 WHERE sequence = NEW.sequence;
END;

CREATE TRIGGER hold_is_counted_while_open BEFORE UPDATE OF counted ON hold
WHEN NEW.counted <> (NEW.state = 'open')
BEGIN SELECT RAISE(ABORT, 'hold_is_counted_while_open'); END;

CREATE TRIGGER hold_captured_is_its_transfers BEFORE UPDATE OF captured ON hold
WHEN NEW.captured <> (SELECT coalesce(sum(amount), 0) FROM transfer WHERE hold = NEW.id)
BEGIN SELECT RAISE(ABORT, 'hold_captured_is_its_transfers'); END;

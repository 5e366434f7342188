-- What follows from events. One that could not be passed on says why and waits for a person.

ALTER TABLE event ADD COLUMN stuck TEXT
    CONSTRAINT event_stuck_is_waiting CHECK (stuck IS NULL OR delivered = 0);

-- Who is told of events over HTTP, and how that went.

CREATE TABLE webhook (
    id BLOB NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL, -- their names, as JSON
    account TEXT NOT NULL, -- whose events; all there are, where it is empty
    secret BLOB NOT NULL, -- sealed; nothing, when it was removed
    old_secret BLOB,
    old_until INTEGER,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    failing_since INTEGER,
    resting_until INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT webhook_id_is_uuid CHECK (length(id) = 16),
    CONSTRAINT webhook_url_is_address CHECK (url GLOB 'http://?*' OR url GLOB 'https://?*'),
    CONSTRAINT webhook_wants_something CHECK (json_valid(events) AND length(events) > 2),
    CONSTRAINT webhook_state_is_known CHECK (state IN ('enabled', 'disabled', 'removed')),
    CONSTRAINT webhook_is_signed_until_removed
        CHECK ((length(secret) = 0) = (state = 'removed')
               AND (state <> 'removed' OR old_secret IS NULL)),
    CONSTRAINT webhook_old_secret_ends CHECK ((old_secret IS NULL) = (old_until IS NULL)),
    CONSTRAINT webhook_is_counted CHECK (version >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER webhook_is_fixed BEFORE UPDATE OF id, url, account, created_at ON webhook
BEGIN SELECT RAISE(ABORT, 'webhook_is_fixed'); END;

CREATE TRIGGER webhook_moves BEFORE UPDATE OF state ON webhook
WHEN NEW.state <> OLD.state AND NOT
     CASE OLD.state
     WHEN 'enabled' THEN NEW.state IN ('disabled', 'removed')
     WHEN 'disabled' THEN NEW.state IN ('enabled', 'removed')
     ELSE 0
     END
BEGIN SELECT RAISE(ABORT, 'webhook_moves'); END;

CREATE TRIGGER webhook_counts_on BEFORE UPDATE ON webhook
WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'webhook_counts_on'); END;

CREATE TABLE webhook_delivery (
    id BLOB NOT NULL PRIMARY KEY,
    webhook BLOB NOT NULL CONSTRAINT webhook_delivery_webhook_is_known REFERENCES webhook (id),
    event BLOB NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    tries INTEGER NOT NULL, -- those since a person last had it made again
    check_at INTEGER,
    told TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT webhook_delivery_is_told_once UNIQUE (event, webhook),
    CONSTRAINT webhook_delivery_id_is_uuid CHECK (length(id) = 16 AND length(event) = 16),
    CONSTRAINT webhook_delivery_state_is_known CHECK (state IN ('waiting', 'delivered', 'dead')),
    CONSTRAINT webhook_delivery_is_checked_while_waiting
        CHECK ((state = 'waiting') = (check_at IS NOT NULL)),
    CONSTRAINT webhook_delivery_is_counted
        CHECK (attempts >= tries AND tries >= 0 AND version >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, check_at, id)
    WHERE state = 'waiting';
CREATE INDEX webhook_delivery_newest ON webhook_delivery (webhook, made_at, id);
CREATE INDEX webhook_delivery_dead ON webhook_delivery (webhook, made_at, id) WHERE state = 'dead';

CREATE TRIGGER webhook_delivery_is_fixed
BEFORE UPDATE OF id, webhook, event, name, body, made_at ON webhook_delivery
BEGIN SELECT RAISE(ABORT, 'webhook_delivery_is_fixed'); END;

CREATE TRIGGER webhook_delivery_moves BEFORE UPDATE OF state ON webhook_delivery
WHEN NEW.state <> OLD.state AND NEW.state <> 'waiting' AND OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'webhook_delivery_moves'); END;

CREATE TRIGGER webhook_delivery_counts_on BEFORE UPDATE ON webhook_delivery
WHEN NEW.version <> OLD.version + 1 OR NEW.attempts < OLD.attempts
BEGIN SELECT RAISE(ABORT, 'webhook_delivery_counts_on'); END;

CREATE TABLE webhook_attempt (
    delivery BLOB NOT NULL
        CONSTRAINT webhook_attempt_delivery_is_known REFERENCES webhook_delivery (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    status INTEGER,
    answer TEXT NOT NULL,
    told TEXT NOT NULL,
    PRIMARY KEY (delivery, number),
    CONSTRAINT webhook_attempt_is_counted CHECK (number >= 0 AND milliseconds >= 0)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER webhook_attempt_is_fixed BEFORE UPDATE ON webhook_attempt
BEGIN SELECT RAISE(ABORT, 'webhook_attempt_is_fixed'); END;

-- What people are told, and what they prefer not to be.

CREATE TABLE notification (
    id BLOB NOT NULL PRIMARY KEY,
    source BLOB NOT NULL, -- an event
    recipient INTEGER NOT NULL,
    kind TEXT NOT NULL,
    facts TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    repeats INTEGER NOT NULL, -- whether it is sent again when it is in doubt
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    check_at INTEGER,
    in_doubt INTEGER NOT NULL,
    told TEXT NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT notification_is_told_once UNIQUE (source, recipient, kind),
    CONSTRAINT notification_id_is_uuid CHECK (length(id) = 16 AND length(source) = 16),
    CONSTRAINT notification_state_is_known CHECK (
        state IN ('waiting', 'sent', 'refused', 'unknown', 'expired')
    ),
    CONSTRAINT notification_is_checked_while_waiting
        CHECK ((state = 'waiting') = (check_at IS NOT NULL)),
    CONSTRAINT notification_doubt_is_open CHECK (in_doubt = 0 OR state = 'waiting'),
    CONSTRAINT notification_is_counted
        CHECK (tries >= 0 AND version >= 0 AND repeats IN (0, 1) AND in_doubt IN (0, 1)),
    CONSTRAINT notification_facts_are_json CHECK (json_valid(facts))
) STRICT, WITHOUT ROWID;

CREATE INDEX notification_due ON notification (repeats DESC, check_at, id) WHERE state = 'waiting';
CREATE INDEX notification_newest ON notification (recipient, made_at, id);

CREATE TRIGGER notification_is_fixed
BEFORE UPDATE OF id, source, recipient, kind, facts, made_at, until, repeats ON notification
BEGIN SELECT RAISE(ABORT, 'notification_is_fixed'); END;

CREATE TRIGGER notification_moves BEFORE UPDATE OF state ON notification
WHEN NEW.state <> OLD.state AND OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'notification_moves'); END;

CREATE TRIGGER notification_counts_on BEFORE UPDATE ON notification
WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'notification_counts_on'); END;

CREATE TABLE preference (
    recipient INTEGER NOT NULL PRIMARY KEY,
    declined TEXT NOT NULL, -- kinds and subjects, as JSON
    gone_since INTEGER,
    CONSTRAINT preference_is_json CHECK (json_valid(declined))
) STRICT;

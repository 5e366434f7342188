-- What follows from events. One that could not be passed on says why and waits for a person.

ALTER TABLE altyn.outbox ADD COLUMN stuck text;
-- Not checked against what is there, where nothing is stuck: that would keep writers waiting.
ALTER TABLE altyn.outbox ADD CONSTRAINT outbox_stuck_is_waiting
    CHECK (stuck IS NULL OR delivered_at IS NULL) NOT VALID;

-- Who is told of events over HTTP, and how that went.

CREATE TABLE altyn.webhook (
    id            uuid NOT NULL,
    url           text NOT NULL,
    events        text[] NOT NULL,
    account       text NOT NULL, -- whose events; all there are, where it is empty
    secret        bytea NOT NULL, -- sealed; nothing, when it was removed
    old_secret    bytea,
    old_until     timestamptz,
    state         text NOT NULL,
    why           text NOT NULL,
    failing_since timestamptz,
    resting_until timestamptz,
    created_at    timestamptz NOT NULL,
    version       bigint NOT NULL,
    CONSTRAINT webhook_is_single PRIMARY KEY (id),
    CONSTRAINT webhook_url_is_address CHECK (url ~ '^https?://.'),
    CONSTRAINT webhook_wants_something CHECK (cardinality(events) > 0),
    CONSTRAINT webhook_state_is_known CHECK (state IN ('enabled', 'disabled', 'removed')),
    CONSTRAINT webhook_is_signed_until_removed CHECK (
        (length(secret) = 0) = (state = 'removed') AND (state <> 'removed' OR old_secret IS NULL)
    ),
    CONSTRAINT webhook_old_secret_ends CHECK ((old_secret IS NULL) = (old_until IS NULL)),
    CONSTRAINT webhook_is_counted CHECK (version >= 0)
);
CREATE TRIGGER webhook_is_fixed BEFORE UPDATE ON altyn.webhook FOR EACH ROW
    WHEN ((new.id, new.url, new.account, new.created_at)
          IS DISTINCT FROM (old.id, old.url, old.account, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('another address is another webhook');
CREATE TRIGGER webhook_moves BEFORE UPDATE ON altyn.webhook FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'enabled' THEN new.state IN ('disabled', 'removed')
              WHEN 'disabled' THEN new.state IN ('enabled', 'removed')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER webhook_counts_on BEFORE UPDATE ON altyn.webhook FOR EACH ROW
    WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION altyn.law_stands('one version follows the other');

CREATE TABLE altyn.webhook_delivery (
    id       uuid NOT NULL,
    webhook  uuid NOT NULL,
    event    uuid NOT NULL,
    name     text NOT NULL,
    body     text NOT NULL,
    made_at  timestamptz NOT NULL,
    state    text NOT NULL,
    attempts int NOT NULL,
    tries    int NOT NULL, -- those since a person last had it made again
    check_at timestamptz,
    told     text NOT NULL,
    version  bigint NOT NULL,
    CONSTRAINT webhook_delivery_is_single PRIMARY KEY (id),
    CONSTRAINT webhook_delivery_is_told_once UNIQUE (event, webhook),
    CONSTRAINT webhook_delivery_webhook_is_known
        FOREIGN KEY (webhook) REFERENCES altyn.webhook (id),
    CONSTRAINT webhook_delivery_state_is_known CHECK (state IN ('waiting', 'delivered', 'dead')),
    CONSTRAINT webhook_delivery_is_checked_while_waiting CHECK (
        (state = 'waiting') = (check_at IS NOT NULL)
    ),
    CONSTRAINT webhook_delivery_is_counted CHECK (
        attempts >= tries AND tries >= 0 AND version >= 0
    )
);
CREATE INDEX webhook_delivery_due ON altyn.webhook_delivery (webhook, check_at, id)
    WHERE state = 'waiting';
CREATE INDEX webhook_delivery_newest ON altyn.webhook_delivery (webhook, made_at, id);
CREATE INDEX webhook_delivery_dead ON altyn.webhook_delivery (webhook, made_at, id)
    WHERE state = 'dead';
CREATE TRIGGER webhook_delivery_is_fixed BEFORE UPDATE ON altyn.webhook_delivery FOR EACH ROW
    WHEN ((new.id, new.webhook, new.event, new.name, new.body, new.made_at)
          IS DISTINCT FROM (old.id, old.webhook, old.event, old.name, old.body, old.made_at))
    EXECUTE FUNCTION altyn.law_stands('what is told is fixed');
CREATE TRIGGER webhook_delivery_moves BEFORE UPDATE ON altyn.webhook_delivery FOR EACH ROW
    WHEN (new.state <> old.state AND new.state <> 'waiting' AND old.state <> 'waiting')
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER webhook_delivery_counts_on BEFORE UPDATE ON altyn.webhook_delivery FOR EACH ROW
    WHEN (new.version <> old.version + 1 OR new.attempts < old.attempts)
    EXECUTE FUNCTION altyn.law_stands('one version follows the other');

CREATE TABLE altyn.webhook_attempt (
    delivery     uuid NOT NULL,
    number       int NOT NULL,
    at           timestamptz NOT NULL,
    milliseconds bigint NOT NULL,
    status       int,
    answer       text NOT NULL,
    told         text NOT NULL,
    CONSTRAINT webhook_attempt_is_single PRIMARY KEY (delivery, number),
    CONSTRAINT webhook_attempt_delivery_is_known
        FOREIGN KEY (delivery) REFERENCES altyn.webhook_delivery (id),
    CONSTRAINT webhook_attempt_is_counted CHECK (number >= 0 AND milliseconds >= 0)
);
CREATE TRIGGER webhook_attempt_is_fixed BEFORE UPDATE ON altyn.webhook_attempt FOR EACH ROW
    EXECUTE FUNCTION altyn.law_stands('what was logged is fixed');

-- What people are told, and what they prefer not to be.

CREATE TABLE altyn.notification (
    id        uuid NOT NULL,
    source    uuid NOT NULL, -- an event
    recipient bigint NOT NULL,
    kind      text COLLATE "C" NOT NULL,
    facts     jsonb NOT NULL,
    made_at   timestamptz NOT NULL,
    until     timestamptz NOT NULL,
    repeats   boolean NOT NULL, -- whether it is sent again when it is in doubt
    state     text NOT NULL,
    tries     int NOT NULL,
    check_at  timestamptz,
    in_doubt  boolean NOT NULL,
    told      text NOT NULL,
    version   bigint NOT NULL,
    CONSTRAINT notification_is_single PRIMARY KEY (id),
    CONSTRAINT notification_is_told_once UNIQUE (source, recipient, kind),
    CONSTRAINT notification_state_is_known CHECK (
        state IN ('waiting', 'sent', 'refused', 'unknown', 'expired')
    ),
    CONSTRAINT notification_is_checked_while_waiting CHECK (
        (state = 'waiting') = (check_at IS NOT NULL)
    ),
    CONSTRAINT notification_doubt_is_open CHECK (NOT in_doubt OR state = 'waiting'),
    CONSTRAINT notification_is_counted CHECK (tries >= 0 AND version >= 0)
);
CREATE INDEX notification_due ON altyn.notification (repeats DESC, check_at, id)
    WHERE state = 'waiting';
CREATE INDEX notification_newest ON altyn.notification (recipient, made_at, id);
CREATE TRIGGER notification_is_fixed BEFORE UPDATE ON altyn.notification FOR EACH ROW
    WHEN ((new.id, new.source, new.recipient, new.kind, new.facts, new.made_at, new.until,
           new.repeats)
          IS DISTINCT FROM
          (old.id, old.source, old.recipient, old.kind, old.facts, old.made_at, old.until,
           old.repeats))
    EXECUTE FUNCTION altyn.law_stands('what is told is fixed');
CREATE TRIGGER notification_moves BEFORE UPDATE ON altyn.notification FOR EACH ROW
    WHEN (new.state <> old.state AND old.state <> 'waiting')
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER notification_counts_on BEFORE UPDATE ON altyn.notification FOR EACH ROW
    WHEN (new.version <> old.version + 1)
    EXECUTE FUNCTION altyn.law_stands('one version follows the other');

CREATE TABLE altyn.preference (
    recipient  bigint NOT NULL,
    declined   text[] NOT NULL,
    gone_since timestamptz,
    CONSTRAINT preference_is_single PRIMARY KEY (recipient)
);

-- What is said to many at once, and the letter of each who gets it: one, which is begun once.

CREATE TABLE altyn.broadcast (
    id               uuid NOT NULL,
    author           text NOT NULL,
    texts            jsonb NOT NULL, -- by language
    label            text, -- of the button, if there is one
    url              text,
    language         text, -- to whom, each where it is said: in what they are written to,
    role             text,
    bought_since     timestamptz,
    not_bought_since timestamptz,
    seen_since       timestamptz,
    created_at       timestamptz NOT NULL,
    state            text NOT NULL,
    begun_at         timestamptz,
    gathered_to      bigint,
    gathered         boolean NOT NULL,
    ended_at         timestamptz,
    version          bigint NOT NULL,
    waiting          bigint NOT NULL DEFAULT 0, -- letters, counted as they move
    sending          bigint NOT NULL DEFAULT 0,
    sent             bigint NOT NULL DEFAULT 0,
    gone             bigint NOT NULL DEFAULT 0,
    refused          bigint NOT NULL DEFAULT 0,
    declined         bigint NOT NULL DEFAULT 0,
    unknown          bigint NOT NULL DEFAULT 0,
    CONSTRAINT broadcast_is_single PRIMARY KEY (id),
    CONSTRAINT broadcast_texts_are_json CHECK (jsonb_typeof(texts) = 'object'),
    CONSTRAINT broadcast_button_is_whole CHECK ((label IS NULL) = (url IS NULL)),
    CONSTRAINT broadcast_state_is_known
        CHECK (state IN ('draft', 'sending', 'paused', 'done', 'cancelled')),
    CONSTRAINT broadcast_is_begun CHECK (
        (state IN ('sending', 'paused', 'done')) <= (begun_at IS NOT NULL)
        AND (state = 'draft') <= (begun_at IS NULL)
    ),
    CONSTRAINT broadcast_says_something CHECK (begun_at IS NULL OR texts <> '{}'),
    CONSTRAINT broadcast_ends CHECK (
        (state = 'done') <= (ended_at IS NOT NULL)
        AND (ended_at IS NOT NULL) <= (state IN ('done', 'cancelled'))
    ),
    CONSTRAINT broadcast_is_done_with_all
        CHECK (state <> 'done' OR (gathered AND waiting = 0 AND sending = 0)),
    CONSTRAINT broadcast_is_counted CHECK (
        version >= 0 AND waiting >= 0 AND sending >= 0 AND sent >= 0
        AND gone >= 0 AND refused >= 0 AND declined >= 0 AND unknown >= 0
    )
);
CREATE INDEX broadcast_newest ON altyn.broadcast (created_at, id);
CREATE INDEX broadcast_under_way ON altyn.broadcast (begun_at, id)
    WHERE begun_at IS NOT NULL AND ended_at IS NULL;

CREATE TRIGGER broadcast_is_fixed BEFORE UPDATE ON altyn.broadcast FOR EACH ROW
    WHEN ((new.id, new.author, new.created_at) IS DISTINCT FROM (old.id, old.author, old.created_at))
    EXECUTE FUNCTION altyn.law_stands('who wrote it, and when, is fixed');
CREATE TRIGGER broadcast_says_the_same BEFORE UPDATE ON altyn.broadcast FOR EACH ROW
    WHEN (old.state <> 'draft'
          AND (new.texts, new.label, new.url, new.language, new.role, new.bought_since,
               new.not_bought_since, new.seen_since, new.begun_at)
           IS DISTINCT FROM
              (old.texts, old.label, old.url, old.language, old.role, old.bought_since,
               old.not_bought_since, old.seen_since, old.begun_at))
    EXECUTE FUNCTION altyn.law_stands('some have read it already');
CREATE TRIGGER broadcast_moves BEFORE UPDATE ON altyn.broadcast FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'draft' THEN new.state IN ('sending', 'cancelled')
              WHEN 'sending' THEN new.state IN ('paused', 'done', 'cancelled')
              WHEN 'paused' THEN new.state IN ('sending', 'cancelled')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER broadcast_counts_on BEFORE UPDATE ON altyn.broadcast FOR EACH ROW
    WHEN (new.version NOT IN (old.version, old.version + 1))
    EXECUTE FUNCTION altyn.law_stands('one version follows the other');

CREATE TABLE altyn.letter (
    broadcast uuid NOT NULL
        CONSTRAINT letter_broadcast_is_known REFERENCES altyn.broadcast (id),
    recipient bigint NOT NULL,
    state     text NOT NULL,
    told      text NOT NULL,
    at        timestamptz,
    CONSTRAINT letter_is_single PRIMARY KEY (broadcast, recipient),
    CONSTRAINT letter_state_is_known CHECK (
        state IN ('waiting', 'sending', 'sent', 'gone', 'refused', 'declined', 'unknown')
    ),
    CONSTRAINT letter_is_dated CHECK (state = 'waiting' OR at IS NOT NULL)
);
CREATE INDEX letter_in_state ON altyn.letter (broadcast, state, recipient);

CREATE TRIGGER letter_is_fixed BEFORE UPDATE ON altyn.letter FOR EACH ROW
    WHEN ((new.broadcast, new.recipient) IS DISTINCT FROM (old.broadcast, old.recipient))
    EXECUTE FUNCTION altyn.law_stands('whose it is, is fixed');
-- Once it may have been sent it never waits again, unless it is certain that it was not.
CREATE TRIGGER letter_moves BEFORE UPDATE ON altyn.letter FOR EACH ROW
    WHEN (new.state <> old.state AND NOT
          CASE old.state
              WHEN 'waiting' THEN new.state IN ('sending', 'declined')
              WHEN 'sending' THEN new.state IN ('waiting', 'sent', 'gone', 'refused', 'unknown')
              WHEN 'unknown' THEN new.state IN ('sent', 'gone', 'refused')
              ELSE false
          END)
    EXECUTE FUNCTION altyn.law_stands('no such move is in the table');
CREATE TRIGGER letter_waits_first BEFORE INSERT ON altyn.letter FOR EACH ROW
    WHEN (new.state <> 'waiting')
    EXECUTE FUNCTION altyn.law_stands('nobody has begun it yet');
CREATE TRIGGER letter_is_kept BEFORE DELETE OR TRUNCATE ON altyn.letter
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.law_stands('it is kept for good');

-- Once a statement, however many letters it writes: a row that is written anew for each of a
-- thousand would be read through all its versions.
CREATE FUNCTION altyn.count_new_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE altyn.broadcast AS b
       SET waiting = b.waiting + n.many
      FROM (SELECT broadcast, count(*) AS many FROM written GROUP BY broadcast) AS n
     WHERE b.id = n.broadcast;
    RETURN NULL;
END $$;
CREATE TRIGGER letter_is_counted AFTER INSERT ON altyn.letter
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.count_new_letters();

CREATE FUNCTION altyn.count_letters_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE altyn.broadcast AS b
       SET waiting = b.waiting + n.waiting,
           sending = b.sending + n.sending,
           sent = b.sent + n.sent,
           gone = b.gone + n.gone,
           refused = b.refused + n.refused,
           declined = b.declined + n.declined,
           unknown = b.unknown + n.unknown
      FROM (SELECT broadcast,
                   coalesce(sum(one) FILTER (WHERE state = 'waiting'), 0) AS waiting,
                   coalesce(sum(one) FILTER (WHERE state = 'sending'), 0) AS sending,
                   coalesce(sum(one) FILTER (WHERE state = 'sent'), 0) AS sent,
                   coalesce(sum(one) FILTER (WHERE state = 'gone'), 0) AS gone,
                   coalesce(sum(one) FILTER (WHERE state = 'refused'), 0) AS refused,
                   coalesce(sum(one) FILTER (WHERE state = 'declined'), 0) AS declined,
                   coalesce(sum(one) FILTER (WHERE state = 'unknown'), 0) AS unknown
              FROM (SELECT broadcast, state, 1 AS one FROM after
                    UNION ALL
                    SELECT broadcast, state, -1 FROM before) AS moved
             GROUP BY broadcast) AS n
     WHERE b.id = n.broadcast;
    RETURN NULL;
END $$;
CREATE TRIGGER letter_is_counted_on AFTER UPDATE ON altyn.letter
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION altyn.count_letters_on();

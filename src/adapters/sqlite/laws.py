"""The laws of the books in SQL: how many rows one looks at, and the first that breaks it."""

from typing import Final

from attrs import frozen


@frozen
class Law:
    """A sentence that is true of every row."""

    words: str
    rows: str
    """Counts what is looked at."""
    breach: str
    """Answers the first breach, if any: what it is, which one, what was expected, what is there."""


def shown(column: str) -> str:
    """The SQL that words a moment for people."""
    seconds = f"strftime('%Y-%m-%dT%H:%M:%S', {column} / 1000000, 'unixepoch')"
    return f"{seconds} || printf('.%06dZ', {column} % 1000000)"


ENTRIES: Final = Law(
    "every entry continues the one before it",
    "SELECT 2 * count(*) FROM transfer",
    f"""
WITH entry AS (
         SELECT source AS account, source_number AS number, -amount AS change,
                source_after AS after, at, id
           FROM transfer
          UNION ALL
         SELECT target, target_number, amount, target_after, at, id
           FROM transfer
     ),
     chain AS (
         SELECT *,
                row_number() OVER history AS wanted_number,
                coalesce(lag(after) OVER history, 0) + change AS wanted_after,
                coalesce(lag(at) OVER history, at) AS not_before
           FROM entry
         WINDOW history AS (PARTITION BY account ORDER BY number)
     )
SELECT 'transfer', chain.id,
       'entry ' || wanted_number || ' of ' || coalesce(account.name, '?') || ' with '
           || wanted_after || ' after it'
           || CASE WHEN at < not_before THEN ', not before ' || {shown("not_before")} ELSE '' END,
       'entry ' || number || ' with ' || after || ' after it'
           || CASE WHEN at < not_before THEN ', at ' || {shown("at")} ELSE '' END
  FROM chain
  LEFT JOIN account ON account.id = chain.account
 WHERE number <> wanted_number OR after <> wanted_after OR at < not_before
 ORDER BY chain.account, number
 LIMIT 1
""",
)

BALANCES: Final = Law(
    "every balance is what its newest entry says",
    "SELECT count(*) FROM account",
    """
SELECT 'account', name || ' ' || asset,
       coalesce(newest, 0) || ' after ' || counted || ' entries',
       posted || ' after ' || entries || ' entries'
  FROM (SELECT counted.*,
               coalesce(
                   (SELECT source_after
                      FROM transfer
                     WHERE source = counted.id AND source_number = counted),
                   (SELECT target_after
                      FROM transfer
                     WHERE target = counted.id AND target_number = counted)
               ) AS newest
          FROM (SELECT account.*,
                       (SELECT count(*) FROM transfer WHERE source = account.id)
                           + (SELECT count(*) FROM transfer WHERE target = account.id) AS counted
                  FROM account) AS counted)
 WHERE posted <> coalesce(newest, 0) OR entries <> counted
 ORDER BY id
 LIMIT 1
""",
)

ASSETS: Final = Law(
    "every transfer moves one asset between two accounts",
    "SELECT count(*) FROM transfer",
    """
SELECT 'transfer', transfer.id, 'a positive amount of ' || transfer.asset || ' on two accounts',
       transfer.amount || ' from ' || coalesce(source.name || ' ' || source.asset, 'nowhere')
           || ' to ' || coalesce(target.name || ' ' || target.asset, 'nowhere')
  FROM transfer
  LEFT JOIN account AS source ON source.id = transfer.source
  LEFT JOIN account AS target ON target.id = transfer.target
 WHERE source.asset IS NOT transfer.asset
    OR target.asset IS NOT transfer.asset
    OR transfer.source = transfer.target
    OR transfer.amount <= 0
 ORDER BY transfer.sequence
 LIMIT 1
""",
)

LIMITS: Final = Law(
    "every balance is within its limits",
    "SELECT count(*) FROM account",
    """
SELECT 'account', name || ' ' || asset, 'from ' || floor || ' to ' || ceiling,
       posted || ' with ' || held || ' held'
  FROM account
 WHERE posted - held < floor OR posted > ceiling OR held < 0 OR floor > 0 OR ceiling < 0
 ORDER BY id
 LIMIT 1
""",
)

HELD: Final = Law(
    "what is held is the sum of open holds",
    "SELECT count(*) FROM account",
    """
SELECT 'account', name || ' ' || asset, open || ' held', held || ' held'
  FROM (SELECT account.*,
               (SELECT coalesce(sum(amount), 0)
                  FROM hold
                 WHERE account = account.id AND state = 'open') AS open
          FROM account)
 WHERE held <> open
 ORDER BY id
 LIMIT 1
""",
)

HOLDS: Final = Law(
    "every hold is open, or was closed once and in time",
    "SELECT count(*) FROM hold",
    f"""
SELECT 'hold', id, 'one of the states of a hold, at its time',
       state || ', ' || captured || ' of ' || amount || ' captured, from ' || {shown("placed_at")}
           || ' to ' || coalesce({shown("closed_at")}, 'now')
           || ', good until ' || coalesce({shown("expires_at")}, 'ever')
           || CASE counted WHEN 0 THEN '' ELSE ', counted' END
  FROM hold
 WHERE state NOT IN ('open', 'captured', 'released', 'expired')
    OR amount <= 0
    OR captured NOT BETWEEN 0 AND amount
    OR (state = 'captured') <> (captured > 0)
    OR (state = 'open') <> (closed_at IS NULL)
    OR (state = 'open') <> counted
    OR closed_at < placed_at
    OR placed_at >= expires_at
    OR state = 'captured' AND closed_at >= expires_at
    OR state = 'expired' AND (expires_at IS NULL OR closed_at < expires_at)
    OR account NOT IN (SELECT id FROM account)
 ORDER BY sequence
 LIMIT 1
""",
)

CAPTURES: Final = Law(
    "every hold was spent by the transfers that name it",
    "SELECT count(*) FROM hold",
    f"""
SELECT 'hold', id, spent || ' captured by its account at its closing', captured || ' captured'
  FROM (SELECT hold.*,
               (SELECT coalesce(sum(transfer.amount), 0)
                  FROM transfer
                 WHERE transfer.hold = hold.id) AS spent
          FROM hold)
 WHERE captured <> spent
 UNION ALL
SELECT 'transfer', transfer.id, 'a capture by the account of its hold, when that was closed',
       'hold ' || coalesce(hold.state || ' at ' || {shown("hold.closed_at")}, 'missing')
  FROM transfer
  LEFT JOIN hold ON hold.id = transfer.hold
 WHERE transfer.hold IS NOT NULL
   AND (hold.state IS NOT 'captured'
        OR hold.account <> transfer.source
        OR hold.closed_at <> transfer.at)
 LIMIT 1
""",
)

CORRECTIONS: Final = Law(
    "corrections run opposite to what they name, and within it",
    "SELECT count(*) FROM transfer WHERE corrects IS NOT NULL",
    """
SELECT 'transfer', correction.id,
       coalesce('the opposite of what it names, at most ' || mistake.amount, 'a mistake'),
       total || ' in all'
           || CASE WHEN mistake.id IS NULL THEN ', of nothing'
                   WHEN mistake.source = correction.target AND mistake.target = correction.source
                   THEN ''
                   ELSE ', between other accounts' END
  FROM (SELECT *, sum(amount) OVER (PARTITION BY corrects ORDER BY sequence) AS total
          FROM transfer
         WHERE corrects IS NOT NULL) AS correction
  LEFT JOIN transfer AS mistake ON mistake.id = correction.corrects
 WHERE mistake.id IS NULL
    OR mistake.source <> correction.target
    OR mistake.target <> correction.source
    OR total > mistake.amount
 ORDER BY correction.sequence
 LIMIT 1
""",
)

MOVEMENTS: Final = Law(
    "what happened together is there together",
    "SELECT count(*) FROM transfer",
    """
SELECT 'movement', movement, legs || ' legs at one time',
       found || ' legs' || CASE WHEN apart THEN ' that differ' ELSE '' END
  FROM (SELECT movement, min(sequence) AS first, max(legs) AS legs, count(*) AS found,
               min(at) <> max(at) OR min(legs) <> max(legs) OR max(leg) >= max(legs)
                   OR count(DISTINCT hold) > 1 OR count(hold) NOT IN (0, count(*)) AS apart
          FROM transfer
         WHERE legs > 1
         GROUP BY movement)
 WHERE found <> legs OR apart
 UNION ALL
SELECT 'movement', movement, 'one leg', 'leg ' || leg
  FROM transfer
 WHERE legs = 1 AND (leg <> 0 OR movement <> id)
    OR legs < 1
 LIMIT 1
""",
)

LAWS: Final = (
    ENTRIES,
    BALANCES,
    ASSETS,
    LIMITS,
    HELD,
    HOLDS,
    CAPTURES,
    CORRECTIONS,
    MOVEMENTS,
)

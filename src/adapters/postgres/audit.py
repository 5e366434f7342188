"""The books held against their own history, inside one unchanging view of the database."""

from collections.abc import AsyncIterator
from typing import Final

import psycopg
from attrs import frozen

from ...core.balances import Examined, Finding
from .store import PostgresStore
from .words import in_our_words

# Each law is one statement that answers how many rows it looked at and the first wrong one:
# (rows, where, expected, found), the last three NULL when all is well.

HISTORY: Final = """
WITH story AS (
    SELECT account, number, change, after, at,
           row_number() OVER w AS next_number,
           coalesce(lag(after) OVER w, 0) + change AS next_after,
           lag(at) OVER w AS before
      FROM altyn.entry WINDOW w AS (PARTITION BY account ORDER BY number)
), wrong AS (
    SELECT * FROM story
     WHERE number <> next_number OR after <> next_after OR at < before
     ORDER BY account, next_number LIMIT 1
)
SELECT (SELECT count(*) FROM story),
       'entry ' || w.number || ' of ' || a.name || ' ' || a.asset,
       'number ' || w.next_number || ' with balance ' || w.next_after,
       'number ' || w.number || ' with balance ' || w.after
  FROM (SELECT 1) AS one LEFT JOIN wrong w ON true LEFT JOIN altyn.account a ON a.id = w.account
"""
BALANCES: Final = """
WITH told AS (
    SELECT account, count(*) AS entries, sum(change) AS posted FROM altyn.entry GROUP BY account
), wrong AS (
    SELECT a.name, a.asset, coalesce(t.posted, 0) AS posted, coalesce(t.entries, 0) AS entries,
           b.posted AS found_posted, b.entries AS found_entries
      FROM altyn.account a LEFT JOIN altyn.balance b ON b.account = a.id
      LEFT JOIN told t ON t.account = a.id
     WHERE (coalesce(t.posted, 0), coalesce(t.entries, 0)) IS DISTINCT FROM (b.posted, b.entries)
     ORDER BY a.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.account),
       'balance of ' || name || ' ' || asset,
       posted || ' after ' || entries || ' entries',
       coalesce(found_posted || ' after ' || found_entries || ' entries', 'none')
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
ZERO: Final = """
WITH wrong AS (
    SELECT asset, sum(posted) AS posted FROM altyn.balance
     GROUP BY asset HAVING sum(posted) <> 0 ORDER BY asset LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.balance), 'all accounts of ' || asset, '0', posted::text
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
HELD: Final = """
WITH told AS (
    SELECT account, sum(amount) AS held FROM altyn.hold WHERE state = 'open' GROUP BY account
), wrong AS (
    SELECT a.name, a.asset, coalesce(t.held, 0) AS held, b.held AS found
      FROM altyn.balance b JOIN altyn.account a ON a.id = b.account
      LEFT JOIN told t ON t.account = b.account
     WHERE coalesce(t.held, 0) <> b.held
     ORDER BY a.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.balance), 'held on ' || name || ' ' || asset,
       held::text, found::text
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
CAPTURES: Final = """
WITH spent AS (
    SELECT hold, sum(amount) AS spent FROM altyn.transfer WHERE hold IS NOT NULL GROUP BY hold
), wrong AS (
    SELECT h.id, h.state, h.captured, coalesce(s.spent, 0) AS spent, h.amount
      FROM altyn.hold h LEFT JOIN spent s ON s.hold = h.id
     WHERE h.captured <> coalesce(s.spent, 0) OR h.captured > h.amount
        OR (h.state = 'captured') <> (h.captured > 0)
        OR (h.state = 'open') <> (h.closed_at IS NULL)
     ORDER BY h.placed_at, h.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.hold), 'hold ' || id,
       'spent ' || spent || ' of ' || amount, state || ', spent ' || captured
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
LIMITS: Final = """
WITH wrong AS (
    SELECT a.name, b.* FROM altyn.balance b JOIN altyn.account a ON a.id = b.account
     WHERE b.posted::numeric - b.held < b.floor OR b.posted > b.ceiling OR b.held < 0
        OR b.floor > 0 OR b.ceiling < 0
     ORDER BY b.account LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.balance), 'balance of ' || name || ' ' || w.asset,
       'between ' || floor || ' and ' || ceiling, posted || ' with ' || held || ' held'
  FROM (SELECT 1) AS one LEFT JOIN wrong w ON true
"""
CORRECTIONS: Final = """
WITH wrong AS (
    SELECT c.id, c.corrects, o.amount,
           (SELECT sum(every.amount) FROM altyn.transfer every
             WHERE every.corrects = c.corrects) AS taken
      FROM altyn.transfer c LEFT JOIN altyn.transfer o ON o.id = c.corrects
     WHERE c.corrects IS NOT NULL
       AND (o.id IS NULL OR (c.source, c.target, c.asset) <> (o.target, o.source, o.asset)
            OR o.amount < (SELECT sum(every.amount) FROM altyn.transfer every
                            WHERE every.corrects = c.corrects))
     ORDER BY c.at, c.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.transfer WHERE corrects IS NOT NULL), 'transfer ' || id,
       'the opposite of ' || corrects || ', at most ' || coalesce(amount, 0), taken || ' taken back'
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
TRANSFERS: Final = """
WITH wrong AS (
    SELECT t.id, t.asset, t.amount, s.asset AS source, d.asset AS target
      FROM altyn.transfer t LEFT JOIN altyn.account s ON s.id = t.source
      LEFT JOIN altyn.account d ON d.id = t.target
     WHERE t.asset IS DISTINCT FROM s.asset OR t.asset IS DISTINCT FROM d.asset
        OR t.amount <= 0 OR t.source = t.target
     ORDER BY t.at, t.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.transfer), 'transfer ' || id,
       'a positive amount of ' || asset || ' between two accounts',
       amount || ' from ' || coalesce(source, 'nowhere') || ' to ' || coalesce(target, 'nowhere')
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
MOVEMENTS: Final = """
WITH wrong AS (
    SELECT movement, max(legs) AS legs, count(*) AS found FROM altyn.transfer
     WHERE legs > 1 GROUP BY movement
    HAVING count(*) <> max(legs) OR min(legs) <> max(legs) OR count(DISTINCT leg) <> max(legs)
     ORDER BY movement LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.transfer WHERE legs > 1), 'movement ' || movement,
       legs || ' transfers', found::text
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
REFUSALS: Final = """
WITH wrong AS (
    SELECT r.id, r.code FROM altyn.refusal r
     WHERE EXISTS (SELECT 1 FROM altyn.transfer t WHERE t.id = r.id)
     ORDER BY r.at, r.id LIMIT 1
)
SELECT (SELECT count(*) FROM altyn.refusal), 'id ' || id, 'refused: ' || code, 'also posted'
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""
GUARDS: Final = """
WITH guard AS (
    SELECT c.relname || '.' || t.tgname AS name, t.tgenabled IN ('O', 'A') AS stands
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'altyn'::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT c.relname || '.' || k.conname, k.convalidated
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE c.relnamespace = 'altyn'::regnamespace
), wrong AS (
    SELECT expected.name, guard.stands FROM unnest(%(guards)s::text[]) AS expected (name)
      LEFT JOIN guard USING (name) WHERE guard.stands IS NOT TRUE ORDER BY 1 LIMIT 1
)
SELECT cardinality(%(guards)s::text[]), name, 'in force',
       CASE WHEN stands IS NULL THEN 'dropped' ELSE 'disabled' END
  FROM (SELECT 1) AS one LEFT JOIN wrong ON true
"""

GUARDED: Final = (
    "account.account_as_counted",
    "account.account_named",
    "account.account_once",
    "account.account_pkey",
    "account.history_stands",
    "asset.asset_pkey",
    "asset.asset_scale",
    "asset.history_stands",
    "balance.balance_begins",
    "balance.balance_ceiling",
    "balance.balance_floor",
    "balance.balance_follows",
    "balance.balance_held",
    "balance.balance_limits",
    "balance.balance_of_account",
    "balance.balance_pkey",
    "balance.history_stands",
    "hold.history_stands",
    "hold.hold_captured",
    "hold.hold_counts",
    "hold.hold_moves",
    "hold.hold_of_account",
    "hold.hold_opens",
    "hold.hold_pkey",
    "hold.hold_positive",
    "hold.hold_state",
    "refusal.history_stands",
    "refusal.refusal_pkey",
    "transfer.capture_spends",
    "transfer.correction_opposes",
    "transfer.history_stands",
    "transfer.transfer_company",
    "transfer.transfer_continues",
    "transfer.transfer_numbered",
    "transfer.transfer_pkey",
    "transfer.transfer_positive",
    "transfer.transfer_two_accounts",
)

LAWS: Final = {
    "every entry continues its account's history": HISTORY,
    "every balance is what its entries sum to": BALANCES,
    "every asset sums to zero": ZERO,
    "what is held is what open holds say": HELD,
    "holds were spent as they say": CAPTURES,
    "every balance is within its limits": LIMITS,
    "corrections oppose what they name": CORRECTIONS,
    "every transfer is between two accounts of its asset": TRANSFERS,
    "every movement is complete": MOVEMENTS,
    "nothing refused was posted": REFUSALS,
    "the database guards these laws itself": GUARDS,
}


@frozen
class PostgresAuditor:
    """Reads the whole ledger, writes nothing and keeps nobody waiting."""

    store: PostgresStore

    async def examine(self) -> AsyncIterator[Examined]:
        """As the port says."""
        try:
            async with self.store.connection() as connection, connection.transaction():
                await connection.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
                await connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
                await connection.execute("SET LOCAL statement_timeout = 0")
                await connection.execute("SET LOCAL work_mem = '256MB'")
                for law, statement in LAWS.items():
                    values = {"guards": list(GUARDED)} if statement is GUARDS else None
                    cursor = await connection.execute(statement, values)
                    for rows, where, expected, found in await cursor.fetchall():
                        finding = Finding(law, where, expected, found) if where else None
                        yield Examined(law, rows, finding)
        except psycopg.Error as failure:
            raise in_our_words(self.store.where, failure) from failure

"""What was counted, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.money import Asset, Money
from ...core.oversight import DoubtKind, Figures, Tally
from .rows import ticks_of
from .store import SqliteStore

PEOPLE: Final = """
SELECT count(*)
  FROM person
"""

NEWCOMERS: Final = """
SELECT count(*)
  FROM person
 WHERE since >= ? AND since < ?
"""

CAME: Final = """
SELECT asset, scale, count(*), sum(amount)
  FROM arrival
  JOIN asset ON asset.code = arrival.asset
 WHERE noted_at >= ? AND noted_at < ?
 GROUP BY asset
 ORDER BY asset
"""

DELIVERED: Final = """
SELECT price_asset, scale, count(*), sum(price)
  FROM purchase
  JOIN asset ON asset.code = purchase.price_asset
 WHERE state = 'delivered' AND since >= ? AND since < ?
 GROUP BY price_asset
 ORDER BY price_asset
"""

RETURNED: Final = """
SELECT asset, scale, count(*), sum(amount)
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE created_at >= ? AND created_at < ? AND state NOT IN ('failed', 'declined')
 GROUP BY asset
 ORDER BY asset
"""

# Each repeats the condition of the index in which those that wait are found.
WAITING: Final = """
SELECT 'refund', count(*)
  FROM refund
 WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
 UNION ALL
SELECT 'cheque', count(*)
  FROM cheque
 WHERE state = 'signed' AND check_at IS NULL
 UNION ALL
SELECT 'purchase', count(*)
  FROM purchase
 WHERE state = 'review' OR late = 'waiting'
 UNION ALL
SELECT 'notice', count(*)
  FROM notice
 WHERE unresolved <> 0
 UNION ALL
SELECT 'arrival', count(*)
  FROM arrival
 WHERE held > 0
"""


@frozen
class SqliteTallies:
    """Counts rows."""

    store: SqliteStore

    async def between(self, since: datetime, until: datetime) -> Figures:
        """As the port says; all of it as of one moment."""
        return await self.store.read(_between, since, until)


def _between(connection: Connection, since: datetime, until: datetime) -> Figures:
    time = ticks_of(since), ticks_of(until)
    return Figures(
        since=since,
        until=until,
        people=connection.execute(PEOPLE).fetchone()[0],
        newcomers=connection.execute(NEWCOMERS, time).fetchone()[0],
        came=_tallies(connection, CAME, time),
        delivered=_tallies(connection, DELIVERED, time),
        returned=_tallies(connection, RETURNED, time),
        waiting={DoubtKind(kind): n for kind, n in connection.execute(WAITING) if n},
    )


def _tallies(connection: Connection, query: str, time: tuple[int, int]) -> Sequence[Tally]:
    rows = connection.execute(query, time)
    return [Tally(number, Money(total, Asset(code, scale))) for code, scale, number, total in rows]

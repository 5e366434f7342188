"""What was counted, on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import Asset, Money
from ...core.oversight import DoubtKind, Figures, Tally
from .store import Connection, PostgresStore

PEOPLE: Final = """
SELECT count(*)
  FROM altyn.person
"""

NEWCOMERS: Final = """
SELECT count(*)
  FROM altyn.person
 WHERE since >= %s AND since < %s
"""

CAME: Final = """
SELECT asset, scale, count(*), sum(amount)::bigint
  FROM altyn.arrival
 WHERE noted_at >= %s AND noted_at < %s
 GROUP BY asset, scale
 ORDER BY asset
"""

DELIVERED: Final = """
SELECT price_asset, price_scale, count(*), sum(price)::bigint
  FROM altyn.purchase
 WHERE state = 'delivered' AND since >= %s AND since < %s
 GROUP BY price_asset, price_scale
 ORDER BY price_asset
"""

RETURNED: Final = """
SELECT asset, scale, count(*), sum(amount)::bigint
  FROM altyn.refund
 WHERE created_at >= %s AND created_at < %s AND state NOT IN ('failed', 'declined')
 GROUP BY asset, scale
 ORDER BY asset
"""

# Each repeats the condition of the index in which those that wait are found.
WAITING: Final = """
SELECT 'refund', count(*)
  FROM altyn.refund
 WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
 UNION ALL
SELECT 'cheque', count(*)
  FROM altyn.cheque
 WHERE state = 'signed' AND check_at IS NULL
 UNION ALL
SELECT 'purchase', count(*)
  FROM altyn.purchase
 WHERE state = 'review' OR late = 'waiting'
 UNION ALL
SELECT 'notice', count(*)
  FROM altyn.notice
 WHERE unresolved
 UNION ALL
SELECT 'arrival', count(*)
  FROM altyn.arrival
 WHERE held > 0
"""


@frozen
class PostgresTallies:
    """Counts rows."""

    store: PostgresStore

    async def between(self, since: datetime, until: datetime) -> Figures:
        """As the port says."""
        time = since, until
        ((people,),) = await self._rows(PEOPLE)
        ((newcomers,),) = await self._rows(NEWCOMERS, *time)
        return Figures(
            since=since,
            until=until,
            people=people,
            newcomers=newcomers,
            came=_tallies(await self._rows(CAME, *time)),
            delivered=_tallies(await self._rows(DELIVERED, *time)),
            returned=_tallies(await self._rows(RETURNED, *time)),
            waiting={DoubtKind(kind): n for kind, n in await self._rows(WAITING) if n},
        )

    async def _rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        async def ask(connection: Connection) -> Sequence[tuple[Any, ...]]:
            return await (await connection.execute(query.encode(), values or None)).fetchall()

        return await self.store.ask(ask)


def _tallies(rows: Sequence[tuple[Any, ...]]) -> Sequence[Tally]:
    return [Tally(number, Money(total, Asset(code, scale))) for code, scale, number, total in rows]

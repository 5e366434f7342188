"""Vital signs on PostgreSQL: one statement each, along indexes of what is unfinished."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from ...core.oversight import Ailment, Sufferers
from .store import Connection, PostgresStore

# What is in doubt is gone on with, or waits for a person; both are indexed, what is over is not.
AILING: Final = """
SELECT 'payment_unknown', count(*), min(created_at)
  FROM altyn.payment
 WHERE check_at IS NOT NULL AND state = 'unknown'
 UNION ALL
SELECT 'refund_unknown', count(*), min(created_at)
  FROM (SELECT created_at FROM altyn.refund WHERE check_at IS NOT NULL AND state = 'unknown'
         UNION ALL
        SELECT created_at FROM altyn.refund
         WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
           AND state = 'unknown') AS refund
 UNION ALL
SELECT 'cheque_unknown', count(*), min(signed_at)
  FROM altyn.cheque
 WHERE state = 'signed' AND check_at IS NULL
 UNION ALL
SELECT 'purchase_' || state, count(*), min(since)
  FROM altyn.purchase
 WHERE check_at IS NOT NULL AND state IN ('paid', 'unknown')
 GROUP BY state
 UNION ALL
SELECT 'purchase_review', count(*), min(since)
  FROM altyn.purchase
 WHERE state = 'review'
 UNION ALL
SELECT 'purchase_late', count(*), min(since)
  FROM altyn.purchase
 WHERE late = 'waiting'
"""

SUMS: Final = """
SELECT asset, sum(posted)
  FROM altyn.balance
 GROUP BY asset
"""


@frozen
class PostgresVitals:
    """Read from the tables."""

    store: PostgresStore

    async def ailing(self) -> Sequence[Sufferers]:
        """As the port says."""
        return [
            Sufferers(ailment=Ailment(name), count=count, since=since)
            for name, count, since in await self._rows(AILING)
            if count
        ]

    async def sums(self) -> Mapping[str, int]:
        """As the port says."""
        return {code: int(units) for code, units in await self._rows(SUMS)}

    async def _rows(self, query: str) -> list[tuple[Any, ...]]:
        async def ask(connection: Connection) -> list[tuple[Any, ...]]:
            return await (await connection.execute(query.encode())).fetchall()

        return await self.store.ask(ask)

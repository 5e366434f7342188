"""Vital signs in SQLite: one statement each, along indexes of what is unfinished."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.oversight import Ailment, Sufferers
from .rows import Row, moment_of
from .store import SqliteStore

# What is in doubt is gone on with, or waits for a person; both are indexed, what is over is not.
AILING: Final = """
SELECT 'payment_unknown', count(*), min(created_at)
  FROM payment
 WHERE check_at IS NOT NULL AND state = 'unknown'
 UNION ALL
SELECT 'refund_unknown', count(*), min(created_at)
  FROM (SELECT created_at FROM refund WHERE check_at IS NOT NULL AND state = 'unknown'
         UNION ALL
        SELECT created_at FROM refund
         WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
           AND state = 'unknown') AS refund
 UNION ALL
SELECT 'cheque_unknown', count(*), min(signed_at)
  FROM cheque
 WHERE state = 'signed' AND check_at IS NULL
 UNION ALL
SELECT 'purchase_' || state, count(*), min(since)
  FROM purchase
 WHERE check_at IS NOT NULL AND state IN ('paid', 'unknown')
 GROUP BY state
 UNION ALL
SELECT 'purchase_review', count(*), min(since)
  FROM purchase
 WHERE state = 'review'
 UNION ALL
SELECT 'purchase_late', count(*), min(since)
  FROM purchase
 WHERE late = 'waiting'
"""

SUMS: Final = """
SELECT asset, sum(posted)
  FROM account
 GROUP BY asset
"""


@frozen
class SqliteVitals:
    """Read from the tables."""

    store: SqliteStore

    async def ailing(self) -> Sequence[Sufferers]:
        """As the port says."""
        return [
            Sufferers(ailment=Ailment(name), count=count, since=moment_of(since))
            for name, count, since in await self.store.read(_rows, AILING)
            if count
        ]

    async def sums(self) -> Mapping[str, int]:
        """As the port says."""
        return {code: int(units) for code, units in await self.store.read(_rows, SUMS)}


def _rows(connection: Connection, query: str) -> list[Row]:
    return connection.execute(query).fetchall()

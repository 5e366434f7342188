"""What pools know of their endpoints, in SQLite."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.resilience import Reputation, State
from .rows import Row, moment_of, ticks_of
from .store import SqliteStore

KEEP: Final = """
INSERT INTO reputation (pool, operation, candidate, success, latency_seconds, state, at)
VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (pool, operation, candidate) DO UPDATE
   SET success = excluded.success,
       latency_seconds = excluded.latency_seconds,
       state = excluded.state,
       at = excluded.at
 WHERE excluded.at >= reputation.at
"""

OF: Final = """
SELECT pool, operation, candidate, success, latency_seconds, state, at
  FROM reputation
 WHERE pool = ?
 ORDER BY operation, candidate
"""


@frozen
class SqliteReputations:
    """A row for each endpoint."""

    store: SqliteStore

    async def keep(self, reputations: Sequence[Reputation]) -> None:
        """As the port says."""
        await self.store.write(_keep, [_row(each) for each in reputations])

    async def of(self, pool: str) -> Sequence[Reputation]:
        """As the port says."""
        return [_reputation(row) for row in await self.store.read(_of, pool)]


def _keep(connection: Connection, rows: Sequence[Row]) -> None:
    connection.executemany(KEEP, rows)


def _of(connection: Connection, pool: str) -> list[Row]:
    return connection.execute(OF, (pool,)).fetchall()


def _row(known: Reputation) -> Row:
    return (
        known.pool,
        known.operation,
        known.candidate,
        known.success,
        known.latency_seconds,
        known.state.value,
        ticks_of(known.at),
    )


def _reputation(row: Row) -> Reputation:
    pool, operation, candidate, success, latency_seconds, state, at = row
    return Reputation(
        pool=pool,
        operation=operation,
        candidate=candidate,
        success=success,
        latency_seconds=latency_seconds,
        state=State(state),
        at=moment_of(at),
    )

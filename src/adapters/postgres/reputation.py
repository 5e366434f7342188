"""What pools know of their endpoints, on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import astuple, frozen

from ...core.resilience import Reputation, State
from .store import Connection, PostgresStore

KEEP: Final = """
INSERT INTO altyn.reputation AS kept
       (pool, operation, candidate, success, latency_seconds, state, at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (pool, operation, candidate) DO UPDATE
   SET success = excluded.success,
       latency_seconds = excluded.latency_seconds,
       state = excluded.state,
       at = excluded.at
 WHERE excluded.at >= kept.at
"""
OF: Final = """
SELECT pool, operation, candidate, success, latency_seconds, state, at
  FROM altyn.reputation
 WHERE pool = %s
 ORDER BY operation, candidate
"""


@frozen
class PostgresReputations:
    """A row for each endpoint."""

    store: PostgresStore

    async def keep(self, reputations: Sequence[Reputation]) -> None:
        """As the port says."""
        # Rows are locked by name, so that processes who keep the same ones wait for each other.
        rows = sorted((astuple(each) for each in reputations), key=lambda row: row[:3])

        async def ask(connection: Connection) -> None:
            async with connection.transaction(), connection.cursor() as cursor:
                await cursor.executemany(KEEP, rows)

        await self.store.ask(ask)

    async def of(self, pool: str) -> Sequence[Reputation]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Reputation]:
            rows = await (await connection.execute(OF, (pool,))).fetchall()
            return [_reputation(row) for row in rows]

        return await self.store.ask(ask)


def _reputation(row: tuple[Any, ...]) -> Reputation:
    pool, operation, candidate, success, latency_seconds, state, at = row
    return Reputation(
        pool=pool,
        operation=operation,
        candidate=candidate,
        success=success,
        latency_seconds=latency_seconds,
        state=State(state),
        at=at,
    )

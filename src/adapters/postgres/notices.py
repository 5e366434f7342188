"""What providers told us, on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX
from ...core.payments import Hint, Notice
from .store import Connection, PostgresStore

ADD: Final = """
INSERT INTO altyn.notice (method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (method, key) DO NOTHING
"""
WAITING: Final = """
SELECT method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome
  FROM altyn.notice
 WHERE read_at IS NOT NULL AND read_at <= %s
 ORDER BY taken_at, position
 LIMIT %s
"""
# What we were told is not among what changes.
PUT: Final = """
UPDATE altyn.notice
   SET read_at = %s, tries = %s, outcome = %s
 WHERE method = %s AND key = %s
"""


@frozen
class PostgresNotices:
    """A row for each notice."""

    store: PostgresStore

    async def add(self, notice: Notice) -> bool:
        """As the port says."""
        hint = notice.hint
        told = notice.method, hint.key, hint.payment, hint.provider_id, notice.raw
        row = *told, notice.taken_at, notice.read_at, notice.tries, notice.outcome

        async def ask(connection: Connection) -> bool:
            return (await connection.execute(ADD, row)).rowcount == 1

        return await self.store.ask(ask)

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Notice]:
            rows = await (await connection.execute(WAITING, (at, min(limit, UNITS_MAX)))).fetchall()
            return [_notice(row) for row in rows]

        return await self.store.ask(ask)

    async def put(self, notice: Notice) -> None:
        """As the port says."""
        values = notice.read_at, notice.tries, notice.outcome, notice.method, notice.hint.key

        async def ask(connection: Connection) -> None:
            await connection.execute(PUT, values)

        await self.store.ask(ask)


def _notice(row: tuple[Any, ...]) -> Notice:
    method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome = row
    return Notice(
        method=method,
        hint=Hint(key, payment, provider_id),
        raw=raw,
        taken_at=taken_at,
        read_at=read_at,
        tries=tries,
        outcome=outcome,
    )

"""What providers told us, on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX
from ...core.payments import Hint, Notice, NoticeMissing
from .store import Connection, PostgresStore

ADD: Final = """
INSERT INTO altyn.notice (method, key, payment, provider_id, raw, taken_at,
                          read_at, tries, outcome, unresolved)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (method, key) DO NOTHING
"""
ROWS: Final = """
SELECT method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome, unresolved
  FROM altyn.notice"""
ONE: Final = f"""{ROWS}
 WHERE method = %s AND key = %s
"""
UNRESOLVED: Final = f"""{ROWS}
 WHERE unresolved AND (taken_at, method, key) > (%s, %s, %s)
 ORDER BY taken_at, method, key
 LIMIT %s
"""
WAITING: Final = f"""{ROWS}
 WHERE read_at IS NOT NULL AND read_at <= %s
 ORDER BY taken_at, position
 LIMIT %s
"""
# What we were told is not among what changes.
PUT: Final = """
UPDATE altyn.notice
   SET read_at = %s, tries = %s, outcome = %s, unresolved = %s
 WHERE method = %s AND key = %s
"""


BEFORE_ALL: Final = (datetime.min.replace(tzinfo=UTC), "", "")


@frozen
class PostgresNotices:
    """A row for each notice."""

    store: PostgresStore

    async def add(self, notice: Notice) -> bool:
        """As the port says."""
        hint = notice.hint
        told = notice.method, hint.key, hint.payment, hint.provider_id, notice.raw
        row = *told, notice.taken_at, *_changing(notice)

        async def ask(connection: Connection) -> bool:
            return (await connection.execute(ADD, row)).rowcount == 1

        return await self.store.ask(ask)

    async def get(self, method: str, key: str) -> Notice:
        """As the port says."""

        async def ask(connection: Connection) -> Notice:
            row = await (await connection.execute(ONE, (method, key))).fetchone()
            if row is None:
                raise NoticeMissing(method, key)
            return _notice(row)

        return await self.store.ask(ask)

    async def unresolved(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Notice]:
        """As the port says."""
        values = *(BEFORE_ALL if after is None else after), min(limit, UNITS_MAX)

        async def ask(connection: Connection) -> Sequence[Notice]:
            rows = await (await connection.execute(UNRESOLVED, values)).fetchall()
            return [_notice(row) for row in rows]

        return await self.store.ask(ask)

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Notice]:
            rows = await (await connection.execute(WAITING, (at, min(limit, UNITS_MAX)))).fetchall()
            return [_notice(row) for row in rows]

        return await self.store.ask(ask)

    async def put(self, notice: Notice) -> None:
        """As the port says."""
        values = *_changing(notice), notice.method, notice.hint.key

        async def ask(connection: Connection) -> None:
            await connection.execute(PUT, values)

        await self.store.ask(ask)


def _changing(notice: Notice) -> tuple[Any, ...]:
    """How far we are with it, in the order of the columns from `read_at` on."""
    return notice.read_at, notice.tries, notice.outcome, notice.unresolved


def _notice(row: tuple[Any, ...]) -> Notice:
    method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome, unresolved = row
    return Notice(
        method=method,
        hint=Hint(key, payment, provider_id),
        raw=raw,
        taken_at=taken_at,
        read_at=read_at,
        tries=tries,
        outcome=outcome,
        unresolved=unresolved,
    )

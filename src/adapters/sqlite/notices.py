"""What providers told us, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.payments import Hint, Notice, NoticeMissing, PaymentId
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

KNOWN: Final = """
SELECT 1
  FROM notice
 WHERE method = ? AND key = ?
"""

ADD: Final = """
INSERT INTO notice (method, key, payment, provider_id, raw, taken_at,
                    read_at, tries, outcome, unresolved)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ROWS: Final = """
SELECT method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome, unresolved
  FROM notice"""

ONE: Final = f"""{ROWS}
 WHERE method = ? AND key = ?
"""

UNRESOLVED: Final = f"""{ROWS}
 WHERE unresolved <> 0 AND (taken_at, method, key) > (?, ?, ?)
 ORDER BY taken_at, method, key
 LIMIT ?
"""

WAITING: Final = f"""{ROWS}
 WHERE read_at IS NOT NULL AND read_at <= ?
 ORDER BY taken_at, sequence
 LIMIT ?
"""

BEFORE_ALL: Final = (-(2**63), "", "")

# What we were told is not among what changes.
PUT: Final = """
UPDATE notice
   SET read_at = ?, tries = ?, outcome = ?, unresolved = ?
 WHERE method = ? AND key = ?
"""


@frozen
class SqliteNotices:
    """A row for each notice."""

    store: SqliteStore

    async def add(self, notice: Notice) -> bool:
        """As the port says."""
        return await self.store.write(_add, notice)

    async def get(self, method: str, key: str) -> Notice:
        """As the port says."""
        notice = await self.store.read(_get, method, key)
        if notice is None:
            raise NoticeMissing(method, key)
        return notice

    async def unresolved(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Notice]:
        """As the port says."""
        place = BEFORE_ALL if after is None else (ticks_of(after[0]), *after[1:])
        return await self.store.read(_notices, UNRESOLVED, (*place, bounded(limit)))

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """As the port says."""
        return await self.store.read(_notices, WAITING, (ticks_of(at), bounded(limit)))

    async def put(self, notice: Notice) -> None:
        """As the port says."""
        await self.store.write(_put, notice)


def _add(connection: Connection, notice: Notice) -> bool:
    hint = notice.hint
    if connection.execute(KNOWN, (notice.method, hint.key)).fetchone():
        return False
    payment = None if hint.payment is None else hint.payment.bytes
    told = notice.method, hint.key, payment, hint.provider_id, notice.raw
    connection.execute(ADD, (*told, ticks_of(notice.taken_at), *_changing(notice)))
    return True


def _get(connection: Connection, method: str, key: str) -> Notice | None:
    row = connection.execute(ONE, (method, key)).fetchone()
    return None if row is None else _notice(row)


def _notices(connection: Connection, statement: str, values: Row) -> list[Notice]:
    return [_notice(row) for row in connection.execute(statement, values)]


def _put(connection: Connection, notice: Notice) -> None:
    connection.execute(PUT, (*_changing(notice), notice.method, notice.hint.key))


def _changing(notice: Notice) -> Row:
    read_at = None if notice.read_at is None else ticks_of(notice.read_at)
    return read_at, notice.tries, notice.outcome, int(notice.unresolved)


def _notice(row: Row) -> Notice:
    method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome, unresolved = row
    about = None if payment is None else PaymentId(UUID(bytes=payment))
    return Notice(
        method=method,
        hint=Hint(key, about, provider_id),
        raw=raw,
        taken_at=moment_of(taken_at),
        read_at=None if read_at is None else moment_of(read_at),
        tries=tries,
        outcome=outcome,
        unresolved=bool(unresolved),
    )

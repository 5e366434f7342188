"""What providers told us, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.payments import Hint, Notice, PaymentId
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

KNOWN: Final = """
SELECT 1
  FROM notice
 WHERE method = ? AND key = ?
"""

ADD: Final = """
INSERT INTO notice (method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

WAITING: Final = """
SELECT method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome
  FROM notice
 WHERE read_at IS NOT NULL AND read_at <= ?
 ORDER BY taken_at, sequence
 LIMIT ?
"""

# What we were told is not among what changes.
PUT: Final = """
UPDATE notice
   SET read_at = ?, tries = ?, outcome = ?
 WHERE method = ? AND key = ?
"""


@frozen
class SqliteNotices:
    """A row for each notice."""

    store: SqliteStore

    async def add(self, notice: Notice) -> bool:
        """As the port says."""
        return await self.store.write(_add, notice)

    async def waiting(self, at: datetime, limit: int) -> Sequence[Notice]:
        """As the port says."""
        return await self.store.read(_waiting, ticks_of(at), bounded(limit))

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


def _waiting(connection: Connection, at: int, limit: int) -> list[Notice]:
    return [_notice(row) for row in connection.execute(WAITING, (at, limit))]


def _put(connection: Connection, notice: Notice) -> None:
    connection.execute(PUT, (*_changing(notice), notice.method, notice.hint.key))


def _changing(notice: Notice) -> Row:
    read_at = None if notice.read_at is None else ticks_of(notice.read_at)
    return read_at, notice.tries, notice.outcome


def _notice(row: Row) -> Notice:
    method, key, payment, provider_id, raw, taken_at, read_at, tries, outcome = row
    about = None if payment is None else PaymentId(UUID(bytes=payment))
    return Notice(
        method=method,
        hint=Hint(key, about, provider_id),
        raw=raw,
        taken_at=moment_of(taken_at),
        read_at=moment_of(read_at),
        tries=tries,
        outcome=outcome,
    )

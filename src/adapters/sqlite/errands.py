"""Errands in SQLite."""

from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.errands import Answer, Errand, ErrandId, ErrandUnderWay, IdempotencyKeyReused
from .rows import Row, bounded, ticks_of
from .store import SqliteStore

BEGIN: Final = """
INSERT INTO errand (id, digest, claim, until)
VALUES (:id, :digest, :claim, :until)
    ON CONFLICT (id) DO UPDATE
   SET claim = excluded.claim,
       until = excluded.until
 WHERE errand.digest = excluded.digest
   AND errand.status IS NULL
   AND (errand.claim IS NULL OR errand.until <= :at)
"""

GET: Final = """
SELECT digest, status, media_type, body
  FROM errand
 WHERE id = ?
"""

ANSWER: Final = """
UPDATE errand
   SET claim = NULL, status = ?, media_type = ?, body = ?
 WHERE id = ?
   AND status IS NULL
"""

GIVE_UP: Final = """
UPDATE errand
   SET claim = NULL
 WHERE id = ?
   AND claim = ?
"""

FORGET: Final = """
DELETE FROM errand
 WHERE id IN (SELECT id FROM errand WHERE until < ? ORDER BY until, id LIMIT ?)
"""


@frozen
class SqliteErrands:
    """A row for each, until it is forgotten."""

    store: SqliteStore

    async def begin(
        self, errand: Errand, claim: UUID, at: datetime, until: datetime
    ) -> Answer | None:
        """As the port says."""
        if (row := await self.store.write(_begin, errand, claim, at, until)) is None:
            return None
        digest, *answered = row
        if digest != errand.digest:
            raise IdempotencyKeyReused(errand.id)
        if answered[0] is None:
            raise ErrandUnderWay(errand.id)
        return Answer(*answered)

    async def answer(self, id: ErrandId, answer: Answer) -> Answer:
        """As the port says."""
        row = await self.store.write(_answer, id, answer)
        return answer if row is None else Answer(*row[1:])

    async def give_up(self, id: ErrandId, claim: UUID) -> None:
        """As the port says."""
        await self.store.write(_changed, GIVE_UP, (id.bytes, claim.bytes))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_changed, FORGET, (ticks_of(before), bounded(limit)))


def _begin(
    connection: Connection, errand: Errand, claim: UUID, at: datetime, until: datetime
) -> Row | None:
    """Nothing when it is begun; else what is known of it."""
    values = {
        "id": errand.id.bytes,
        "digest": errand.digest,
        "claim": claim.bytes,
        "at": ticks_of(at),
        "until": ticks_of(until),
    }
    return None if connection.execute(BEGIN, values).rowcount else _get(connection, errand.id)


def _answer(connection: Connection, id: ErrandId, answer: Answer) -> Row | None:
    connection.execute(ANSWER, (answer.status, answer.media_type, answer.body, id.bytes))
    return _get(connection, id)


def _get(connection: Connection, id: ErrandId) -> Row | None:
    found: Row | None = connection.execute(GET, (id.bytes,)).fetchone()
    return found


def _changed(connection: Connection, statement: str, values: Row) -> int:
    return connection.execute(statement, values).rowcount

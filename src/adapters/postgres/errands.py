"""Errands on PostgreSQL."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from attrs import frozen

from ...core.errands import Answer, Errand, ErrandId, ErrandUnderWay, IdempotencyKeyReused
from .store import Connection, PostgresStore

BEGIN: Final = """
INSERT INTO altyn.errand AS known (id, digest, claim, until)
VALUES (%(id)s, %(digest)s, %(claim)s, %(until)s)
    ON CONFLICT (id) DO UPDATE
   SET claim = excluded.claim,
       until = excluded.until
 WHERE known.digest = excluded.digest
   AND known.status IS NULL
   AND (known.claim IS NULL OR known.claim = excluded.claim OR known.until <= %(at)s)
"""
GET: Final = """
SELECT digest, status, media_type, body FROM altyn.errand WHERE id = %s
"""
ANSWER: Final = """
UPDATE altyn.errand SET claim = NULL, status = %s, media_type = %s, body = %s
 WHERE id = %s AND status IS NULL
"""
GIVE_UP: Final = """
UPDATE altyn.errand SET claim = NULL WHERE id = %s AND claim = %s
"""
# Several processes forget side by side: each takes what no other has.
FORGET: Final = """
DELETE FROM altyn.errand
 WHERE id IN (SELECT id FROM altyn.errand
               WHERE until < %s ORDER BY until, id LIMIT %s
                 FOR UPDATE SKIP LOCKED)
"""


@frozen
class PostgresErrands:
    """A row for each, until it is forgotten."""

    store: PostgresStore

    async def begin(
        self, errand: Errand, claim: UUID, at: datetime, until: datetime
    ) -> Answer | None:
        """As the port says."""
        values = {
            "id": errand.id,
            "digest": errand.digest,
            "claim": claim,
            "at": at,
            "until": until,
        }

        # Put again after a lost connection it finds its own claim, which is no other's.
        async def ask(connection: Connection) -> Answer | None:
            if (await connection.execute(BEGIN, values)).rowcount:
                return None
            row = await (await connection.execute(GET, (errand.id,))).fetchone()
            return _answered(errand, row)

        return await self.store.ask(ask)

    async def answer(self, id: ErrandId, answer: Answer) -> Answer:
        """As the port says."""

        async def ask(connection: Connection) -> Answer:
            values = (answer.status, answer.media_type, answer.body, id)
            await connection.execute(ANSWER, values)
            row = await (await connection.execute(GET, (id,))).fetchone()
            return answer if row is None else Answer(*row[1:])

        return await self.store.ask(ask)

    async def give_up(self, id: ErrandId, claim: UUID) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(GIVE_UP, (id, claim))

        await self.store.ask(ask)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""

        async def ask(connection: Connection) -> int:
            return (await connection.execute(FORGET, (before, limit))).rowcount

        return await self.store.ask(ask)


def _answered(errand: Errand, row: tuple[Any, ...] | None) -> Answer:
    """The answer of one that could not be begun."""
    if row is None:  # forgotten at this very moment: asked again it is begun
        raise ErrandUnderWay(errand.id)
    digest, *answered = row
    if digest != errand.digest:
        raise IdempotencyKeyReused(errand.id)
    if answered[0] is None:
        raise ErrandUnderWay(errand.id)
    return Answer(*answered)

"""The letters of broadcasts on PostgreSQL, and who gets them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.broadcasts import (
    LETTER_MOVES,
    BroadcastId,
    Crowd,
    Letter,
    LetterMoved,
    LetterState,
    Segment,
)
from ...core.identity import Language, UserId
from ...core.money import UNITS_MAX
from .store import Connection, PostgresStore

WRITE: Final = """
INSERT INTO altyn.letter (broadcast, recipient, state, told)
SELECT %s, recipient, 'waiting', ''
  FROM unnest(%s::bigint[]) AS recipient
ON CONFLICT DO NOTHING
"""
OF: Final = """
SELECT recipient, state, told, at
  FROM altyn.letter
 WHERE broadcast = %s AND state = %s AND recipient > %s
 ORDER BY recipient
 LIMIT %s
"""
TO: Final = """
SELECT broadcast, recipient, state, told, at
  FROM altyn.letter
 WHERE recipient = %s AND broadcast > %s
 ORDER BY broadcast
 LIMIT %s
"""
WIPE: Final = """
DELETE FROM altyn.letter AS l
 USING altyn.broadcast AS b
 WHERE l.recipient = %s AND b.id = l.broadcast AND b.ended_at IS NOT NULL
"""
FORGET: Final = """
DELETE FROM altyn.letter AS l
 USING (SELECT broadcast, recipient
          FROM altyn.broadcast AS b
          JOIN altyn.letter ON broadcast = b.id
         WHERE b.ended_at < %s
         LIMIT %s) AS old
 WHERE l.broadcast = old.broadcast AND l.recipient = old.recipient
"""
BEGIN: Final = """
UPDATE altyn.letter AS l
   SET state = 'sending', at = %s
 WHERE broadcast = %s AND recipient = %s AND state = 'waiting'
   AND EXISTS (SELECT FROM altyn.broadcast AS b WHERE b.id = l.broadcast AND b.state = 'sending')
"""
END: Final = """
UPDATE altyn.letter
   SET state = %s, at = %s, told = %s
 WHERE broadcast = %s AND recipient = %s AND state = ANY (%s)
"""
ABANDON: Final = """
UPDATE altyn.letter
   SET state = 'unknown', at = %s, told = %s
 WHERE broadcast = %s AND state = 'sending'
"""
# Who wants to hear from us, and this, and is of the segment.
HELD: Final = """
   AND p.since <= %(at)s AND NOT p.muted AND NOT p.blocked AND p.erased_at IS NULL
   AND NOT EXISTS (
       SELECT FROM altyn.preference AS f
        WHERE f.recipient = p.id
          AND (f.gone_since IS NOT NULL
               OR f.declined && ARRAY['announcement', 'announcement.*']))
   AND (%(language)s::text IS NULL OR p.language = %(language)s)
   AND (%(role)s::text IS NULL OR p.role = %(role)s)
   AND (%(seen_since)s::timestamptz IS NULL OR p.seen_at >= %(seen_since)s)
   AND (%(bought_since)s::timestamptz IS NULL OR EXISTS (
       SELECT FROM altyn.purchase AS b
        WHERE b.buyer = 'user:' || p.id AND b.created_at >= %(bought_since)s
          AND b.state = 'delivered'))
   AND (%(not_bought_since)s::timestamptz IS NULL OR NOT EXISTS (
       SELECT FROM altyn.purchase AS b
        WHERE b.buyer = 'user:' || p.id AND b.created_at >= %(not_bought_since)s
          AND b.state = 'delivered'))
"""
LAST: Final = """
SELECT count(*), max(id)
  FROM (SELECT id FROM altyn.person WHERE id > %s ORDER BY id LIMIT %s) AS looked_at
"""
PAGE: Final = f"""
SELECT p.id
  FROM altyn.person AS p
 WHERE p.id > %(after)s AND p.id <= %(last)s {HELD}
 ORDER BY p.id
"""  # noqa: S608 - a condition that is written once
COUNT: Final = f"""
SELECT p.language, count(*)
  FROM altyn.person AS p
 WHERE true {HELD}
 GROUP BY p.language
"""  # noqa: S608


@frozen
class PostgresLetters:
    """A row for each; triggers of the database count them."""

    store: PostgresStore

    async def write(self, id: BroadcastId, recipients: Sequence[UserId]) -> int:
        """As the port says."""
        return await self._changed(WRITE, (id, list(recipients)))

    async def waiting(
        self, id: BroadcastId, limit: int, after: UserId | None = None
    ) -> Sequence[UserId]:
        """As the port says."""
        found = await self.of(id, LetterState.WAITING, limit, after)
        return [each.recipient for each in found]

    async def begin(self, id: BroadcastId, recipient: UserId, at: datetime) -> bool:
        """As the port says."""
        return await self._changed(BEGIN, (at, id, recipient)) == 1

    async def end(
        self,
        id: BroadcastId,
        recipient: UserId,
        state: LetterState,
        at: datetime,
        told: str = "",
    ) -> None:
        """As the port says."""
        before = [
            each.value
            for each, moves in LETTER_MOVES.items()
            if state in moves and state is not LetterState.SENDING
        ]
        values = state.value, at, told, id, recipient, before
        if not await self._changed(END, values):
            raise LetterMoved(id, recipient)

    async def abandon(self, id: BroadcastId, at: datetime, told: str) -> int:
        """As the port says."""
        return await self._changed(ABANDON, (at, told, id))

    async def of(
        self, id: BroadcastId, state: LetterState, limit: int, after: UserId | None = None
    ) -> Sequence[Letter]:
        """As the port says."""
        values = id, state.value, after or 0, min(limit, UNITS_MAX)

        async def ask(connection: Connection) -> Sequence[Letter]:
            rows = await (await connection.execute(OF, values)).fetchall()
            return [
                Letter(recipient=recipient, state=LetterState(state), told=told, at=at)
                for recipient, state, told, at in rows
            ]

        return await self.store.ask(ask)

    async def to(
        self, recipient: UserId, limit: int, after: BroadcastId | None = None
    ) -> Sequence[tuple[BroadcastId, Letter]]:
        """As the port says."""
        values = recipient, after or UUID(int=0), min(limit, UNITS_MAX)

        async def ask(connection: Connection) -> Sequence[tuple[BroadcastId, Letter]]:
            rows = await (await connection.execute(TO, values)).fetchall()
            return [
                (
                    BroadcastId(id),
                    Letter(recipient=to, state=LetterState(state), told=told, at=at),
                )
                for id, to, state, told, at in rows
            ]

        return await self.store.ask(ask)

    async def wipe(self, recipient: UserId) -> None:
        """As the port says."""
        await self._changed(WIPE, (recipient,))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self._changed(FORGET, (before, min(limit, UNITS_MAX)))

    async def _changed(self, query: str, values: tuple[object, ...]) -> int:
        async def ask(connection: Connection) -> int:
            return (await connection.execute(query.encode(), values)).rowcount

        return await self.store.ask(ask)


@frozen
class PostgresAudience:
    """Looks at a stretch of people after the other."""

    store: PostgresStore

    async def page(
        self, segment: Segment, at: datetime, limit: int, after: UserId | None = None
    ) -> Crowd:
        """As the port says."""

        async def ask(connection: Connection) -> Crowd:
            values = after or 0, limit
            many, last = await (await connection.execute(LAST, values)).fetchone() or (0, None)
            asked = _asked(segment, at) | {"after": after or 0, "last": last or 0}
            rows = await (await connection.execute(PAGE.encode(), asked)).fetchall()
            return Crowd([UserId(id) for (id,) in rows], last if many == limit else None)

        return await self.store.ask(ask)

    async def count(self, segment: Segment, at: datetime) -> Mapping[Language, int]:
        """As the port says."""

        async def ask(connection: Connection) -> Mapping[Language, int]:
            found = await connection.execute(COUNT.encode(), _asked(segment, at))
            return {Language(each): many for each, many in await found.fetchall()}

        return await self.store.ask(ask)


def _asked(segment: Segment, at: datetime) -> dict[str, object]:
    return {
        "at": at,
        "language": segment.language,
        "role": segment.role,
        "seen_since": segment.seen_since,
        "bought_since": segment.bought_since,
        "not_bought_since": segment.not_bought_since,
    }

"""The letters of broadcasts in SQLite, and who gets them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
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
from .rows import Row, bounded, marks, maybe_moment, maybe_ticks, ticks_of
from .store import SqliteStore

WRITE: Final = """
INSERT INTO letter (broadcast, recipient, state, told, at)
VALUES (?, ?, 'waiting', '', NULL)
    ON CONFLICT DO NOTHING
"""

# Without statistics the primary key looks better, by which all of a broadcast would be read.
OF: Final = """
SELECT recipient, state, told, at
  FROM letter INDEXED BY letter_in_state
 WHERE broadcast = ? AND state = ? AND recipient > ?
 ORDER BY recipient
 LIMIT ?
"""

TO: Final = """
SELECT broadcast, recipient, state, told, at
  FROM letter
 WHERE recipient = ? AND broadcast > ?
 ORDER BY broadcast
 LIMIT ?
"""

WIPE: Final = """
DELETE FROM letter
 WHERE recipient = ?
   AND broadcast IN (SELECT id FROM broadcast WHERE ended_at IS NOT NULL)
"""

FORGET: Final = """
DELETE FROM letter
 WHERE (broadcast, recipient) IN (
       SELECT broadcast, recipient
         FROM broadcast AS b
         JOIN letter ON letter.broadcast = b.id
        WHERE b.ended_at < ?
        LIMIT ?)
"""

BEGIN: Final = """
UPDATE letter
   SET state = 'sending', at = ?
 WHERE broadcast = ? AND recipient = ? AND state = 'waiting'
   AND EXISTS (SELECT 1 FROM broadcast WHERE id = letter.broadcast AND state = 'sending')
"""

END: Final = """
UPDATE letter
   SET state = ?, at = ?, told = ?
 WHERE broadcast = ? AND recipient = ? AND state IN ({})
"""

ABANDON: Final = """
UPDATE letter INDEXED BY letter_in_state
   SET state = 'unknown', at = ?, told = ?
 WHERE broadcast = ? AND state = 'sending'
"""

# Who wants to hear from us, and this, and is of the segment.
HELD: Final = """
   AND p.since <= :at AND p.muted = 0 AND p.blocked = 0 AND p.erased_at IS NULL
   AND NOT EXISTS (
       SELECT 1
         FROM preference AS f
        WHERE f.recipient = p.id
          AND (f.gone_since IS NOT NULL
               OR EXISTS (SELECT 1 FROM json_each(f.declined)
                           WHERE value IN ('announcement', 'announcement.*'))))
   AND (:language IS NULL OR p.language = :language)
   AND (:role IS NULL OR p.role = :role)
   AND (:seen_since IS NULL OR p.seen_at >= :seen_since)
   AND (:bought_since IS NULL OR EXISTS (
       SELECT 1 FROM purchase AS b
        WHERE b.buyer = 'user:' || p.id AND b.created_at >= :bought_since
          AND b.state = 'delivered'))
   AND (:not_bought_since IS NULL OR NOT EXISTS (
       SELECT 1 FROM purchase AS b
        WHERE b.buyer = 'user:' || p.id AND b.created_at >= :not_bought_since
          AND b.state = 'delivered'))
"""

LAST: Final = """
SELECT count(*), max(id)
  FROM (SELECT id FROM person WHERE id > ? ORDER BY id LIMIT ?)
"""

PAGE: Final = f"""
SELECT p.id
  FROM person AS p
 WHERE p.id > :after AND p.id <= :last {HELD}
 ORDER BY p.id
"""

COUNT: Final = f"""
SELECT p.language, count(*)
  FROM person AS p
 WHERE true {HELD}
 GROUP BY p.language
"""


@frozen
class SqliteLetters:
    """A row for each; triggers of the file count them."""

    store: SqliteStore

    async def write(self, id: BroadcastId, recipients: Sequence[UserId]) -> int:
        """As the port says."""
        return await self.store.write(_write, [(id.bytes, each) for each in recipients])

    async def waiting(
        self, id: BroadcastId, limit: int, after: UserId | None = None
    ) -> Sequence[UserId]:
        """As the port says."""
        found = await self.of(id, LetterState.WAITING, limit, after)
        return [each.recipient for each in found]

    async def begin(self, id: BroadcastId, recipient: UserId, at: datetime) -> bool:
        """As the port says."""
        values = ticks_of(at), id.bytes, recipient
        return await self.store.write(_changed, BEGIN, values) == 1

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
        values = (state.value, ticks_of(at), told, id.bytes, recipient, *before)
        query = END.format(marks(len(before)))
        if not await self.store.write(_changed, query, values):
            raise LetterMoved(id, recipient)

    async def abandon(self, id: BroadcastId, at: datetime, told: str) -> int:
        """As the port says."""
        return await self.store.write(_changed, ABANDON, (ticks_of(at), told, id.bytes))

    async def of(
        self, id: BroadcastId, state: LetterState, limit: int, after: UserId | None = None
    ) -> Sequence[Letter]:
        """As the port says."""
        values = id.bytes, state.value, after or 0, bounded(limit)
        return await self.store.read(_of, values)

    async def to(
        self, recipient: UserId, limit: int, after: BroadcastId | None = None
    ) -> Sequence[tuple[BroadcastId, Letter]]:
        """As the port says."""
        values = recipient, b"" if after is None else after.bytes, bounded(limit)
        return await self.store.read(_to, values)

    async def wipe(self, recipient: UserId) -> None:
        """As the port says."""
        await self.store.write(_changed, WIPE, (recipient,))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_changed, FORGET, (ticks_of(before), bounded(limit)))


@frozen
class SqliteAudience:
    """Looks at a stretch of people after the other."""

    store: SqliteStore

    async def page(
        self, segment: Segment, at: datetime, limit: int, after: UserId | None = None
    ) -> Crowd:
        """As the port says."""
        return await self.store.read(_page, _asked(segment, at), bounded(limit), after or 0)

    async def count(self, segment: Segment, at: datetime) -> Mapping[Language, int]:
        """As the port says."""
        return await self.store.read(_counted, _asked(segment, at))


def _write(connection: Connection, rows: Sequence[Row]) -> int:
    before = connection.total_changes
    connection.executemany(WRITE, rows)
    return (connection.total_changes - before) // 2  # each is counted by a trigger


def _changed(connection: Connection, statement: str, values: Row) -> int:
    return connection.execute(statement, values).rowcount


def _of(connection: Connection, values: Row) -> list[Letter]:
    return [_letter(*row) for row in connection.execute(OF, values)]


def _to(connection: Connection, values: Row) -> list[tuple[BroadcastId, Letter]]:
    rows = connection.execute(TO, values)
    return [(BroadcastId(UUID(bytes=id)), _letter(*letter)) for id, *letter in rows]


def _letter(recipient: int, state: str, told: str, at: int | None) -> Letter:
    return Letter(
        recipient=UserId(recipient), state=LetterState(state), told=told, at=maybe_moment(at)
    )


def _asked(segment: Segment, at: datetime) -> dict[str, object]:
    return {
        "at": ticks_of(at),
        "language": segment.language,
        "role": segment.role,
        "seen_since": maybe_ticks(segment.seen_since),
        "bought_since": maybe_ticks(segment.bought_since),
        "not_bought_since": maybe_ticks(segment.not_bought_since),
    }


def _page(connection: Connection, asked: dict[str, object], limit: int, after: int) -> Crowd:
    many, last = connection.execute(LAST, (after, limit)).fetchone()
    rows = connection.execute(PAGE, asked | {"after": after, "last": last or after})
    return Crowd([UserId(id) for (id,) in rows], last if many == limit else None)


def _counted(connection: Connection, asked: dict[str, object]) -> dict[Language, int]:
    return {Language(each): many for each, many in connection.execute(COUNT, asked)}

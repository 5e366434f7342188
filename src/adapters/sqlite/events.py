"""The outbox in SQLite."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import field, frozen

from ...core.bells import HandBell
from ...core.events import COUNTED_MAX, Backlog, Event, EventId, EventMissing, EventNotStuck, Stuck
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

PUT: Final = """
INSERT INTO event (id, name, at, facts)
VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING
"""

PENDING: Final = """
SELECT id, name, at, facts
  FROM event
 WHERE delivered = 0 AND stuck IS NULL
 ORDER BY sequence
 LIMIT ?
"""

DELIVERED: Final = """
UPDATE event
   SET delivered = 1, stuck = NULL
 WHERE id = ?
"""

SET_ASIDE: Final = """
UPDATE event
   SET stuck = ?
 WHERE id = ? AND delivered = 0 AND stuck IS NULL
"""

AGAIN: Final = """
UPDATE event
   SET stuck = NULL
 WHERE id = ? AND delivered = 0 AND stuck IS NOT NULL
"""

KNOWN: Final = "SELECT 1 FROM event WHERE id = ?"

# One writes at a time, so nothing is put before what was put.
AFTER: Final = """
SELECT sequence, id, name, at, facts
  FROM event
 WHERE sequence > ?
 ORDER BY sequence
 LIMIT ?
"""

PLACE: Final = (
    "SELECT max(coalesce(max(sequence), 0), (SELECT place FROM event_forgotten)) FROM event"
)

FORGOTTEN: Final = "SELECT place FROM event_forgotten"

# The oldest are there first, so whoever looks at so many of those sees all that may go.
OLD: Final = """
SELECT sequence
  FROM event
 WHERE delivered = 1 AND at < ?
   AND NOT EXISTS (SELECT 1 FROM webhook_delivery AS told WHERE told.event = event.id)
 ORDER BY at, sequence
 LIMIT ?
"""

FORGET: Final = "DELETE FROM event WHERE sequence = ?"

FORGOTTEN_UP_TO: Final = "UPDATE event_forgotten SET place = ? WHERE place < ?"

# Found by the index event_naming, so both conditions stand here as they stand there.
NAMING: Final = """
SELECT id, name, at, facts
  FROM event
 WHERE json_extract(facts, '$.buyer') = ? AND json_extract(facts, '$.recipient') IS NOT NULL
 ORDER BY sequence
 LIMIT ?
"""

REWORD: Final = "UPDATE event SET facts = ? WHERE id = ?"

# Those that are stuck are not delivered either, so the index of what waits finds them.
STUCK: Final = """
SELECT id, name, at, facts, stuck
  FROM event
 WHERE delivered = 0 AND stuck IS NOT NULL
 ORDER BY sequence
 LIMIT ?
"""

BACKLOG: Final = """
SELECT (SELECT count(*)
          FROM (SELECT 1 FROM event WHERE delivered = 0 AND stuck IS NULL LIMIT ?)),
       (SELECT at FROM event WHERE delivered = 0 AND stuck IS NULL ORDER BY sequence LIMIT 1),
       (SELECT count(*) FROM event WHERE delivered = 0 AND stuck IS NOT NULL)
"""


@frozen
class SqliteOutbox:
    """Events beside the rows they tell of. The bell rings within this process; others look."""

    store: SqliteStore
    bell: HandBell = field(factory=HandBell)

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        await self.store.write(_each, PUT, [_row(event) for event in events])
        self.store.after(self.bell.ring)

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(row) for row in await self.store.read(_pending, limit)]

    async def take(self, limit: int) -> Sequence[Event]:
        """As the port says: one at a time is inside a transaction."""
        return await self.pending(limit)

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""
        await self.store.write(_each, DELIVERED, [(id.bytes,) for id in ids])

    async def set_aside(self, id: EventId, why: str) -> None:
        """As the port says."""
        await self.store.write(_each, SET_ASIDE, [(why, id.bytes)])

    async def again(self, id: EventId) -> None:
        """As the port says."""
        await self.store.write(_again, id)

    async def stuck(self, limit: int) -> Sequence[Stuck]:
        """As the port says."""
        return [
            Stuck(event=_event(row), why=why) for *row, why in await self.store.read(_stuck, limit)
        ]

    async def after(self, place: int, limit: int) -> Sequence[tuple[int, Event]]:
        """As the port says."""
        rows = await self.store.read(_all, AFTER, bounded(place), bounded(limit))
        return [(sequence, _event(row)) for sequence, *row in rows]

    async def place(self) -> int:
        """As the port says."""
        ((place,),) = await self.store.read(_all, PLACE)
        return int(place)

    async def forgotten(self) -> int:
        """As the port says."""
        ((place,),) = await self.store.read(_all, FORGOTTEN)
        return int(place)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        asked = ticks_of(before), bounded(limit)
        # Most looks find nothing, and a look keeps nobody from writing.
        if not await self.store.read(_all, OLD, *asked):
            return 0
        return await self.store.write(_forget, *asked)

    async def naming(self, account: str, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(row) for row in await self.store.read(_all, NAMING, account, bounded(limit))]

    async def reword(self, event: Event) -> None:
        """As the port says."""
        await self.store.write(_each, REWORD, [(_row(event)[3], event.id.bytes)])

    async def backlog(self) -> Backlog:
        """As the port says."""
        waiting, oldest, stuck = await self.store.read(_backlog)
        at = None if oldest is None else moment_of(oldest)
        return Backlog(waiting=waiting, oldest=at, stuck=stuck)


def _again(connection: Connection, id: EventId) -> None:
    if connection.execute(AGAIN, (id.bytes,)).rowcount == 0:
        known = connection.execute(KNOWN, (id.bytes,)).fetchone()
        raise EventNotStuck(id) if known else EventMissing(id)


def _forget(connection: Connection, before: int, limit: int) -> int:
    old = _all(connection, OLD, before, limit)
    if old:
        connection.executemany(FORGET, old)
        last = max(sequence for (sequence,) in old)
        connection.execute(FORGOTTEN_UP_TO, (last, last))
    return len(old)


def _stuck(connection: Connection, limit: int) -> list[Row]:
    return connection.execute(STUCK, (bounded(limit),)).fetchall()


def _backlog(connection: Connection) -> Row:
    row: Row = connection.execute(BACKLOG, (COUNTED_MAX,)).fetchone()
    return row


def _all(connection: Connection, statement: str, *values: object) -> list[Row]:
    return connection.execute(statement, values).fetchall()


def _each(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    connection.executemany(statement, rows)


def _pending(connection: Connection, limit: int) -> list[Row]:
    return connection.execute(PENDING, (bounded(limit),)).fetchall()


def _row(event: Event) -> Row:
    facts = json.dumps(dict(event.facts), ensure_ascii=False)
    return event.id.bytes, event.name, ticks_of(event.at), facts


def _event(row: Row) -> Event:
    id, name, at, facts = row
    return Event(id=EventId(UUID(bytes=id)), name=name, at=moment_of(at), facts=json.loads(facts))

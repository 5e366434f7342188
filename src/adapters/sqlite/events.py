"""The outbox in SQLite."""

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.events import Event, EventId
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
 WHERE delivered = 0
 ORDER BY sequence
 LIMIT ?
"""

DELIVERED: Final = """
UPDATE event
   SET delivered = 1
 WHERE id = ?
"""


@frozen
class SqliteOutbox:
    """Events beside the rows they tell of."""

    store: SqliteStore

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        await self.store.write(_each, PUT, [_row(event) for event in events])

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(row) for row in await self.store.read(_pending, limit)]

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""
        await self.store.write(_each, DELIVERED, [(id.bytes,) for id in ids])


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

"""The outbox on PostgreSQL."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen
from psycopg.types.json import Jsonb

from ...core.events import Event, EventId
from .store import Connection, PostgresStore

# One question however many there are: they go out in the order in which they were put.
PUT: Final = """
INSERT INTO altyn.outbox (id, name, at, facts)
SELECT id, name, at, facts
  FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::jsonb[])
       WITH ORDINALITY AS e (id, name, at, facts, place)
 ORDER BY place
ON CONFLICT (id) DO NOTHING
"""
PENDING: Final = """
SELECT id, name, at, facts FROM altyn.outbox
 WHERE delivered_at IS NULL ORDER BY position LIMIT %s
"""
DELIVERED: Final = """
UPDATE altyn.outbox SET delivered_at = now() WHERE id = ANY (%s) AND delivered_at IS NULL
"""


@frozen
class PostgresOutbox:
    """Events that wait in a table for their relay."""

    store: PostgresStore

    async def put(self, events: Sequence[Event]) -> None:
        """As the port says."""
        columns = (
            [event.id for event in events],
            [event.name for event in events],
            [event.at for event in events],
            [Jsonb(dict(event.facts)) for event in events],
        )

        async def ask(connection: Connection) -> None:
            await connection.execute(PUT, columns)

        await self.store.ask(ask)

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Event]:
            rows = await (await connection.execute(PENDING, (limit,))).fetchall()
            return [
                Event(id=EventId(id), name=name, at=at, facts=facts) for id, name, at, facts in rows
            ]

        return await self.store.ask(ask)

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(DELIVERED, (list(ids),))

        await self.store.ask(ask)

"""The outbox on PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from attrs import Factory, field, frozen
from psycopg.types.json import Jsonb

from ...core.events import (
    COUNTED_MAX,
    Backlog,
    Event,
    EventId,
    EventMissing,
    EventNotStuck,
    Fact,
    Stuck,
)
from ...core.money import UNITS_MAX
from .bell import EVENTS, Rope
from .store import Connection, PostgresStore

# One question however many there are: they go out in the order in which they were put. Whoever puts
# is known to be under way before places are given out: whoever reads by place counts on that. What
# makes him known is looked at, since the planner leaves out what nobody looks at.
PUT: Final = """
INSERT INTO altyn.outbox (id, name, at, facts)
SELECT id, name, at, facts
  FROM (SELECT pg_current_xact_id()) AS me (number),
       unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::jsonb[])
       WITH ORDINALITY AS e (id, name, at, facts, place)
 WHERE me.number IS NOT NULL
 ORDER BY place
ON CONFLICT (id) DO NOTHING
"""
PENDING: Final = """
SELECT id, name, at, facts FROM altyn.outbox
 WHERE delivered_at IS NULL AND stuck IS NULL ORDER BY position LIMIT %s
"""
# Whoever comes later does not wait for those who relay now, but goes past what they have.
TAKE: Final = f"{PENDING} FOR NO KEY UPDATE SKIP LOCKED"
DELIVERED: Final = """
UPDATE altyn.outbox SET delivered_at = now(), stuck = NULL
 WHERE id = ANY (%s) AND delivered_at IS NULL
"""
SET_ASIDE: Final = """
UPDATE altyn.outbox SET stuck = %s WHERE id = %s AND delivered_at IS NULL AND stuck IS NULL
"""
AGAIN: Final = """
UPDATE altyn.outbox SET stuck = NULL WHERE id = %s AND delivered_at IS NULL AND stuck IS NOT NULL
"""
KNOWN: Final = "SELECT 1 FROM altyn.outbox WHERE id = %s"
# Those that are stuck are not delivered either, so the index of what waits finds them.
STUCK: Final = """
SELECT id, name, at, facts, stuck FROM altyn.outbox
 WHERE delivered_at IS NULL AND stuck IS NOT NULL ORDER BY position LIMIT %s
"""
BACKLOG: Final = """
SELECT (SELECT count(*)
          FROM (SELECT 1 FROM altyn.outbox
                 WHERE delivered_at IS NULL AND stuck IS NULL LIMIT %s) AS w),
       (SELECT at FROM altyn.outbox
         WHERE delivered_at IS NULL AND stuck IS NULL ORDER BY position LIMIT 1),
       (SELECT count(*) FROM altyn.outbox WHERE delivered_at IS NULL AND stuck IS NOT NULL)
"""


# Places are given out before their transactions end, so a later one may be seen earlier. Shown is
# what nobody who is still under way can have come before: all that was written, and marked, by
# transactions older than the oldest of those.
AFTER: Final = """
SELECT position, id, name, at, facts
  FROM (SELECT position, id, name, at, facts, bool_and(settled) OVER (ORDER BY position) AS shown
          FROM (SELECT position, id, name, at, facts,
                       age(xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid) AS settled
                  FROM altyn.outbox WHERE position > %s ORDER BY position LIMIT %s) AS page) AS seen
 WHERE shown ORDER BY position
"""
PLACE: Final = """
SELECT greatest(coalesce(max(position) FILTER (WHERE shown), min(position) - 1, 0),
                (SELECT place FROM altyn.outbox_forgotten))
  FROM (SELECT position, bool_and(settled) OVER (ORDER BY position) AS shown
          FROM (SELECT position,
                       age(xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid) AS settled
                  FROM altyn.outbox ORDER BY position DESC LIMIT 1000) AS newest) AS seen
"""
FORGOTTEN: Final = "SELECT place FROM altyn.outbox_forgotten"
# The oldest are there first, so whoever looks at so many of those sees all that may go.
FORGET: Final = """
WITH old AS (
    SELECT position FROM altyn.outbox o
     WHERE delivered_at IS NOT NULL AND at < %s
       AND NOT EXISTS (SELECT FROM altyn.webhook_delivery d WHERE d.event = o.id)
     ORDER BY at, position LIMIT %s
), gone AS (
    DELETE FROM altyn.outbox o USING old
     WHERE o.position = old.position
    RETURNING o.position
), noted AS (
    UPDATE altyn.outbox_forgotten SET place = greatest(place, (SELECT max(position) FROM gone))
     WHERE EXISTS (SELECT FROM gone)
)
SELECT count(*) FROM gone
"""
# Found by the index outbox_naming, so both conditions stand here as they stand there.
NAMING: Final = """
SELECT id, name, at, facts FROM altyn.outbox
 WHERE facts->>'buyer' = %s AND facts->>'recipient' IS NOT NULL ORDER BY position LIMIT %s
"""
REWORD: Final = "UPDATE altyn.outbox SET facts = %s WHERE id = %s"


@frozen
class PostgresOutbox:
    """Events that wait in a table for their relay."""

    store: PostgresStore
    _rope: Rope = field(
        default=Factory(lambda self: Rope(self.store, EVENTS), takes_self=True), init=False
    )

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
        self.store.after(self._rope.pull)

    async def pending(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(*row) for row in await self._rows(PENDING, limit)]

    async def take(self, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(*row) for row in await self._rows(TAKE, limit)]

    async def delivered(self, ids: Sequence[EventId]) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(DELIVERED, (list(ids),))

        await self.store.ask(ask)

    async def set_aside(self, id: EventId, why: str) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(SET_ASIDE, (why, id))

        await self.store.ask(ask)

    async def again(self, id: EventId) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            if (await connection.execute(AGAIN, (id,))).rowcount == 0:
                known = await (await connection.execute(KNOWN, (id,))).fetchone()
                raise EventNotStuck(id) if known else EventMissing(id)

        await self.store.ask(ask)

    async def stuck(self, limit: int) -> Sequence[Stuck]:
        """As the port says."""
        return [Stuck(event=_event(*row), why=why) for *row, why in await self._rows(STUCK, limit)]

    async def after(self, place: int, limit: int) -> Sequence[tuple[int, Event]]:
        """As the port says."""
        rows = await self._rows(AFTER, min(place, UNITS_MAX), min(limit, UNITS_MAX))
        return [(position, _event(*row)) for position, *row in rows]

    async def place(self) -> int:
        """As the port says."""
        ((place,),) = await self._rows(PLACE)
        return int(place)

    async def forgotten(self) -> int:
        """As the port says."""
        ((place,),) = await self._rows(FORGOTTEN)
        return int(place)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        ((gone,),) = await self._rows(FORGET, before, min(limit, UNITS_MAX))
        return int(gone)

    async def naming(self, account: str, limit: int) -> Sequence[Event]:
        """As the port says."""
        return [_event(*row) for row in await self._rows(NAMING, account, min(limit, UNITS_MAX))]

    async def reword(self, event: Event) -> None:
        """As the port says."""
        values = Jsonb(dict(event.facts)), event.id

        async def ask(connection: Connection) -> None:
            await connection.execute(REWORD, values)

        await self.store.ask(ask)

    async def backlog(self) -> Backlog:
        """As the port says."""
        ((waiting, oldest, stuck),) = await self._rows(BACKLOG, COUNTED_MAX)
        return Backlog(waiting=waiting, oldest=oldest, stuck=stuck)

    async def _rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        async def ask(connection: Connection) -> Sequence[tuple[Any, ...]]:
            return await (await connection.execute(query.encode(), values)).fetchall()

        return await self.store.ask(ask)


def _event(id: UUID, name: str, at: datetime, facts: Mapping[str, Fact]) -> Event:
    return Event(id=EventId(id), name=name, at=at, facts=facts)

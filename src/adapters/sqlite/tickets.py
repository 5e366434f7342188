"""Tickets in SQLite."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.identity import UserId
from ...core.support import State, Ticket, TicketId, TicketMissing, TicketMoved
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

ROWS: Final = """
SELECT number, id, person, about, words, state, version, opened_at, answer, decided_by, since
  FROM ticket"""

ADD: Final = """
INSERT INTO ticket
       (id, person, about, words, state, version, opened_at, answer, decided_by, since)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING
"""

OF_ID: Final = f"""{ROWS}
 WHERE id = ?
"""

ONE: Final = f"""{ROWS}
 WHERE number = ?
"""

PUT: Final = """
UPDATE ticket
   SET state = ?, version = ?, answer = ?, decided_by = ?, since = ?
 WHERE number = ? AND version = ?
"""

PAGE: Final = f"""{ROWS}
 WHERE number > ?
 ORDER BY number
 LIMIT ?
"""

PAGE_IN_STATE: Final = f"""{ROWS}
 WHERE number > ? AND state = ?
 ORDER BY number
 LIMIT ?
"""

OF_PERSON: Final = f"""{ROWS}
 WHERE person = ?1 AND (?2 IS NULL OR number < ?2) AND state = coalesce(?4, state)
 ORDER BY number DESC
 LIMIT ?3
"""

WIPE: Final = """
UPDATE ticket
   SET words = '', answer = '', version = version + 1
 WHERE person = ?
"""


@frozen
class SqliteTickets:
    """A row for each; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, ticket: Ticket) -> Ticket:
        """As the port says."""
        return await self.store.write(_add, ticket)

    async def get(self, number: int) -> Ticket:
        """As the port says."""
        return await self.store.read(_get, number)

    async def put(self, ticket: Ticket) -> None:
        """As the port says."""
        await self.store.write(_put, ticket)

    async def page(
        self, limit: int, after: int = 0, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        if state is None:
            return await self.store.read(_all, PAGE, after, bounded(limit))
        return await self.store.read(_all, PAGE_IN_STATE, after, state, bounded(limit))

    async def of(
        self, user: UserId, limit: int, before: int | None = None, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        return await self.store.read(_all, OF_PERSON, user, before, bounded(limit), state)

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
        await self.store.write(_wipe, user)


def _add(connection: Connection, ticket: Ticket) -> Ticket:
    values = (
        ticket.id.bytes,
        ticket.user,
        ticket.about,
        ticket.words,
        ticket.state,
        ticket.version,
        ticks_of(ticket.opened_at),
        ticket.answer,
        ticket.by,
        ticks_of(ticket.since),
    )
    connection.execute(ADD, values)
    return _ticket(connection.execute(OF_ID, (ticket.id.bytes,)).fetchone())


def _get(connection: Connection, number: int) -> Ticket:
    row = connection.execute(ONE, (bounded(number),)).fetchone()
    if row is None:
        raise TicketMissing(number)
    return _ticket(row)


def _put(connection: Connection, ticket: Ticket) -> None:
    values = (
        ticket.state,
        ticket.version,
        ticket.answer,
        ticket.by,
        ticks_of(ticket.since),
        ticket.number,
        ticket.version - 1,
    )
    if not connection.execute(PUT, values).rowcount:
        raise TicketMoved(ticket.number, _get(connection, ticket.number).state)


def _all(connection: Connection, query: str, *values: object) -> list[Ticket]:
    return [_ticket(row) for row in connection.execute(query, values)]


def _wipe(connection: Connection, user: UserId) -> None:
    connection.execute(WIPE, (user,))


def _ticket(row: Row) -> Ticket:
    number, id, person, about, words, state, version, opened_at, answer, by, since = row
    return Ticket(
        id=TicketId(UUID(bytes=id)),
        number=number,
        user=UserId(person),
        about=about,
        words=words,
        state=State(state),
        version=version,
        opened_at=moment_of(opened_at),
        answer=answer,
        by=by,
        since=moment_of(since),
    )

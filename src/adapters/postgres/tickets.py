"""Tickets on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ...core.identity import UserId
from ...core.money import UNITS_MAX
from ...core.support import State, Ticket, TicketId, TicketMissing, TicketMoved
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT number, id, person, about, words, state, version, opened_at, answer, decided_by, since
  FROM altyn.ticket"""

ADD: Final = """
INSERT INTO altyn.ticket
       (id, person, about, words, state, version, opened_at, answer, decided_by, since)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING
"""

OF_ID: Final = f"""{ROWS}
 WHERE id = %s
"""

ONE: Final = f"""{ROWS}
 WHERE number = %s
"""

LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"

PUT: Final = """
UPDATE altyn.ticket
   SET state = %s, version = %s, answer = %s, decided_by = %s, since = %s
 WHERE number = %s AND version = %s
"""

PAGE: Final = f"""{ROWS}
 WHERE number > %s
 ORDER BY number
 LIMIT %s
"""

PAGE_IN_STATE: Final = f"""{ROWS}
 WHERE number > %s AND state = %s
 ORDER BY number
 LIMIT %s
"""

OF_PERSON: Final = f"""{ROWS}
 WHERE person = %s AND number < %s AND state = coalesce(%s, state)
 ORDER BY number DESC
 LIMIT %s
"""

WIPE: Final = """
UPDATE altyn.ticket
   SET words = '', answer = '', version = version + 1
 WHERE person = %s
"""


@frozen
class PostgresTickets:
    """A row for each, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, ticket: Ticket) -> Ticket:
        """As the port says."""
        values = (
            ticket.id,
            ticket.user,
            ticket.about,
            ticket.words,
            ticket.state,
            ticket.version,
            ticket.opened_at,
            ticket.answer,
            ticket.by,
            ticket.since,
        )

        async def ask(connection: Connection) -> Ticket:
            await connection.execute(ADD, values)
            # A statement of its own sees what another transaction has kept meanwhile.
            row = await (await connection.execute(OF_ID.encode(), (ticket.id,))).fetchone()
            if row is None:
                raise RuntimeError("what was added is there")
            return _ticket(row)

        return await self.store.ask(ask)

    async def get(self, number: int) -> Ticket:
        """As the port says."""
        query = LOCKED if self.store.active else ONE
        found = await self._all(query, min(number, UNITS_MAX))
        if not found:
            raise TicketMissing(number)
        return found[0]

    async def put(self, ticket: Ticket) -> None:
        """As the port says."""
        values = (
            ticket.state,
            ticket.version,
            ticket.answer,
            ticket.by,
            ticket.since,
            ticket.number,
            ticket.version - 1,
        )

        async def ask(connection: Connection) -> bool:
            return (await connection.execute(PUT, values)).rowcount == 1

        if not await self.store.ask(ask):
            raise TicketMoved(ticket.number, (await self.get(ticket.number)).state)

    async def page(
        self, limit: int, after: int = 0, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        if state is None:
            return await self._all(PAGE, after, min(limit, UNITS_MAX))
        return await self._all(PAGE_IN_STATE, after, state, min(limit, UNITS_MAX))

    async def of(
        self, user: UserId, limit: int, before: int | None = None, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        below = UNITS_MAX if before is None else before
        return await self._all(OF_PERSON, user, below, state, min(limit, UNITS_MAX))

    async def wipe(self, user: UserId) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(WIPE, (user,))

        await self.store.ask(ask)

    async def _all(self, query: str, *values: object) -> list[Ticket]:
        async def ask(connection: Connection) -> list[Ticket]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_ticket(row) for row in rows]

        return await self.store.ask(ask)


def _ticket(row: tuple[Any, ...]) -> Ticket:
    number, id, person, about, words, state, version, opened_at, answer, by, since = row
    return Ticket(
        id=TicketId(id),
        number=number,
        user=UserId(person),
        about=about,
        words=words,
        state=State(state),
        version=version,
        opened_at=opened_at,
        answer=answer,
        by=by,
        since=since,
    )

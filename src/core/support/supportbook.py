"""The supportbook: keeps tickets, and what is told of them, inside a transaction."""

from attrs import evolve, frozen

from ..clock import Clock
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..identity import account_of
from .ports import Tickets
from .ticket import Ticket


@frozen
class Supportbook:
    """What is told says who asked and about what; the words are for those who may read them."""

    tickets: Tickets
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers

    async def open(self, ticket: Ticket) -> Ticket:
        """Keep a new one, or answer with the one that has its id."""
        kept = await self.tickets.add(ticket)
        if kept == evolve(ticket, number=kept.number):
            await self._tell(kept, "opened")
        return kept

    async def keep(self, ticket: Ticket) -> None:
        """
        Keep what became of it.

        Raises:
            TicketMoved: somebody else was faster.
        """
        await self.tickets.put(ticket)
        await self._tell(ticket, ticket.state)

    async def _tell(self, ticket: Ticket, what: str) -> None:
        facts: dict[str, Fact] = {
            "ticket": ticket.number,
            "account": account_of(ticket.user),
            "about": ticket.about,
        }
        id = EventId(self.identifiers())
        event = Event(id=id, name=f"ticket.{what}", at=self.clock.now(), facts=facts)
        await self.outbox.put([event])

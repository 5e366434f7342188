"""Tickets in memory."""

from collections.abc import Sequence

from attrs import evolve, field, frozen

from ...core.identity import UserId
from ...core.support import State, Ticket, TicketMissing, TicketMoved
from .store import MemoryStore


@frozen
class MemoryTickets:
    """Tickets by their number."""

    store: MemoryStore
    _kept: dict[int, Ticket] = field(factory=dict, init=False)

    async def add(self, ticket: Ticket) -> Ticket:
        """As the port says."""
        async with self.store.using():
            for each in self._kept.values():
                if each.id == ticket.id:
                    return each
            numbered = evolve(ticket, number=max(self._kept, default=0) + 1)
            self.store.put(self._kept, numbered.number, numbered)
            return numbered

    async def get(self, number: int) -> Ticket:
        """As the port says."""
        async with self.store.using():
            return self._of(number)

    async def put(self, ticket: Ticket) -> None:
        """As the port says."""
        async with self.store.using():
            known = self._of(ticket.number)
            if known.version != ticket.version - 1:
                raise TicketMoved(ticket.number, known.state)
            after = evolve(
                known,
                state=ticket.state,
                version=ticket.version,
                answer=ticket.answer,
                by=ticket.by,
                since=ticket.since,
            )
            self.store.put(self._kept, ticket.number, after)

    async def page(
        self, limit: int, after: int = 0, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        async with self.store.using():
            found = [self._kept[number] for number in sorted(self._kept) if number > after]
            return [each for each in found if state in (None, each.state)][:limit]

    async def of(
        self, user: UserId, limit: int, before: int | None = None, state: State | None = None
    ) -> Sequence[Ticket]:
        """As the port says."""
        async with self.store.using():
            found = [self._kept[number] for number in sorted(self._kept, reverse=True)]
            mine = [each for each in found if each.user == user and state in (None, each.state)]
            return [each for each in mine if before is None or each.number < before][:limit]

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
        async with self.store.using():
            for each in list(self._kept.values()):
                if each.user == user:
                    wiped = evolve(each, words="", answer="", version=each.version + 1)
                    self.store.put(self._kept, each.number, wiped)

    def _of(self, number: int) -> Ticket:
        if number not in self._kept:
            raise TicketMissing(number)
        return self._kept[number]

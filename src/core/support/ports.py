"""What support needs: a place to keep tickets."""

from collections.abc import Sequence
from typing import Protocol

from ..identity import UserId
from .ticket import State, Ticket


class Tickets(Protocol):
    """Tickets, kept."""

    async def add(self, ticket: Ticket) -> Ticket:
        """
        Keep a new one, with a number that none had before, and larger than any that was given
        before; when the id is known, the ticket that has it is answered instead.
        """
        ...

    async def get(self, number: int) -> Ticket:
        """
        The ticket as it is; inside a transaction nobody else changes it until the end.

        Raises:
            TicketMissing: none has this number.
        """
        ...

    async def put(self, ticket: Ticket) -> None:
        """
        Keep its next version; who asked, what, and about what stays as it was.

        Raises:
            TicketMoved: the version before is not the newest any more; nothing was written.
            TicketMissing: none has this number.
        """
        ...

    async def page(
        self, limit: int, after: int = 0, state: State | None = None
    ) -> Sequence[Ticket]:
        """Those numbered above `after`, the oldest first, of any state or of that, a page."""
        ...

    async def of(
        self, user: UserId, limit: int, before: int | None = None, state: State | None = None
    ) -> Sequence[Ticket]:
        """
        Those of somebody numbered below `before`, the newest first, of any state or of that, a
        page.
        """
        ...

    async def wipe(self, user: UserId) -> None:
        """Forget all words in those of somebody, theirs and ours; the numbers stay."""
        ...

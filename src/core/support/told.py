"""What of tickets is handed out to the person who asked."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen

from ..events import Fact
from ..identity import UserId
from .ports import Tickets

PAGE: Final = 200


@frozen
class TellTickets:
    """What they asked and were answered; the words are forgotten when they want that."""

    tickets: Tickets
    name: str = "tickets"

    async def told(self, user: UserId) -> AsyncIterator[dict[str, Fact]]:
        """As the port says; who of us has answered is not theirs to know."""
        before: int | None = None
        while page := await self.tickets.of(user, PAGE, before):
            for each in page:
                yield {
                    "number": each.number,
                    "at": each.opened_at.isoformat(),
                    "about": each.about,
                    "words": each.words,
                    "state": each.state.value,
                    "answer": each.answer,
                }
            before = page[-1].number

    async def wipe(self, user: UserId) -> None:
        """As the port says."""
        await self.tickets.wipe(user)

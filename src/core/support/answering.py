"""A person answers what somebody asked, or says that it is done with."""

from attrs import frozen

from ..clock import Clock
from ..identity import Audit, Caller, Permission
from ..transaction import Transaction
from .errors import TicketMoved
from .supportbook import Supportbook
from .ticket import MOVES, State, Ticket, something_said


@frozen
class AnswerTicket:
    """Answer it; whoever asked is told by the bot."""

    book: Supportbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, by: Caller, number: int, words: str) -> Ticket:
        """
        The ticket, answered.

        Raises:
            NotAllowed: they may not answer.
            TicketMissing: none has this number.
            TicketMoved: it was answered or closed before.
            MalformedText: nothing is said.
        """
        return await _moved(self, by, number, State.ANSWERED, answer=something_said(words))


@frozen
class CloseTicket:
    """Nothing more is to be said."""

    book: Supportbook
    transaction: Transaction
    clock: Clock
    audit: Audit

    async def __call__(self, by: Caller, number: int) -> Ticket:
        """
        The ticket, closed; one that was is answered as it is.

        Raises:
            NotAllowed: they may not answer.
            TicketMissing: none has this number.
        """
        by.must(Permission.ANSWER)
        ticket = await self.book.tickets.get(number)
        if ticket.state is State.CLOSED:
            return ticket
        return await _moved(self, by, number, State.CLOSED)


async def _moved(
    deed: AnswerTicket | CloseTicket, by: Caller, number: int, state: State, **changes: str
) -> Ticket:
    by.must(Permission.ANSWER)
    async with deed.transaction():
        ticket = await deed.book.tickets.get(number)
        if state not in MOVES[ticket.state]:
            raise TicketMoved(number, ticket.state)
        after = ticket.moved(state, deed.clock.now(), by.name, **changes)
        await deed.book.keep(after)
        await deed.audit(by, f"ticket.{state}", f"ticket:{number}")
    return after

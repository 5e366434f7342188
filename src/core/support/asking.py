"""Somebody asks us something, and sees what became of it."""

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..identity import Caller, Permission, UserId, account_of
from ..payments import PaymentId, PaymentMissing, Payments
from ..purchases import PurchaseId, PurchaseMissing, Purchases
from ..transaction import Transaction
from .errors import TooManyTickets
from .ports import Tickets
from .supportbook import Supportbook
from .ticket import (
    State,
    Ticket,
    TicketId,
    about_payment,
    about_purchase,
    something_said,
)

OPEN_MAX: Final = 5
"""So many questions one may have that nobody has answered."""


@frozen
class OpenTicket:
    """Take a question in; whoever answers such things is told."""

    book: Supportbook
    payments: Payments
    purchases: Purchases
    transaction: Transaction
    clock: Clock

    async def __call__(
        self,
        by: Caller,
        user: UserId,
        id: TicketId,
        words: str,
        about: PaymentId | PurchaseId | None = None,
    ) -> Ticket:
        """
        The ticket; the same id again is answered by the ticket that has it.

        What it says it is about is kept where that is a payment or a purchase of theirs.

        Raises:
            NotAllowed: they may not ask for somebody else.
            MalformedText: nothing was said.
            TooManyTickets: there are enough of theirs that nobody has answered.
        """
        by.must_own_or(user, Permission.ANSWER)
        subject = "" if about is None else await self._subject(user, about)
        words, now = something_said(words), self.clock.now()
        ticket = Ticket(id=id, user=user, about=subject, words=words, opened_at=now, since=now)
        async with self.transaction():
            waiting = await self.book.tickets.of(user, OPEN_MAX, state=State.OPEN)
            if len(waiting) >= OPEN_MAX and all(each.id != id for each in waiting):
                raise TooManyTickets(OPEN_MAX)
            return await self.book.open(ticket)

    async def _subject(self, user: UserId, about: PaymentId | PurchaseId) -> str:
        account = account_of(user)
        try:
            payment = await self.payments.get(PaymentId(about))
            return about_payment(payment.id) if payment.order.payer == account else ""
        except PaymentMissing:
            pass
        try:
            purchase = await self.purchases.get(PurchaseId(about))
        except PurchaseMissing:
            return ""
        return about_purchase(purchase.id) if purchase.wish.buyer == account else ""


@frozen
class ReadTickets:
    """What was asked, and what was answered."""

    tickets: Tickets

    async def of(
        self, by: Caller, user: UserId, limit: int, before: int | None = None
    ) -> Sequence[Ticket]:
        """
        Those of somebody, the newest first, a page of them.

        Raises:
            NotAllowed: they may not look at others'.
        """
        by.must_own_or(user, Permission.SEE_OTHERS)
        return await self.tickets.of(user, limit, before)

    async def page(
        self, by: Caller, limit: int, after: int = 0, state: State | None = None
    ) -> Sequence[Ticket]:
        """
        Of everybody, the oldest first, a page of them.

        Raises:
            NotAllowed: they may not look at others'.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.tickets.page(limit, after, state)

    async def one(self, by: Caller, number: int) -> Ticket:
        """
        The one of that number.

        Raises:
            NotAllowed: they may not look at others'.
            TicketMissing: there is none.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.tickets.get(number)

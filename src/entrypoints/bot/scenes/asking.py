"""Asking us something: about a payment, a purchase, or anything, until there is a ticket."""

from typing import Final
from uuid import UUID

from attrs import frozen

from ....core.identifiers import MalformedId, parse_id
from ....core.identity import Caller
from ....core.payments import PaymentId, Payments
from ....core.purchases import Purchases
from ....core.support import OpenTicket, ReadTickets, TicketId, TooManyTickets
from ..views import asking
from .guest import Facts, Front, Guest, Shown

LATEST: Final = 5
"""So many payments, purchases and tickets of theirs are shown."""


@frozen
class Asking:
    """Scenes that lead to a person."""

    front: Front
    payments: Payments
    purchases: Purchases
    open_ticket: OpenTicket
    read_tickets: ReadTickets

    async def support(self, guest: Guest, facts: Facts) -> Shown:
        """Whom to ask, and what they have asked here."""
        user = guest.user
        tickets = await self.read_tickets.of(Caller.of(user), user.id, LATEST)
        view = asking.support(guest.words, tickets, self.front.contact, user.id)
        return Shown(scene="support", view=view)

    async def paysupport(self, guest: Guest, facts: Facts) -> Shown:
        """Which of their payments and purchases it is about."""
        account = guest.user.account
        paid = await self.payments.of(account, LATEST)
        bought = await self.purchases.of(account, LATEST)
        view = asking.paysupport(guest.words, paid, bought, self.front.contact, guest.user.id)
        return Shown(scene="paysupport", view=view)

    async def about(self, guest: Guest, facts: Facts, id: str) -> Shown:
        """About that one; about anything where none is named."""
        try:
            told = {"about": str(parse_id(id))} if id else {}
        except MalformedId:
            told = {}
        return await self.question(guest, told)

    async def question(self, guest: Guest, facts: Facts) -> Shown:
        """What is it?"""
        about, full = facts.get("about", ""), "full" in facts
        view = asking.question(guest.words, about, full=full)
        return Shown(scene="question", view=view, facts={"about": about} if about else {})

    async def asked(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """It is that: a person will answer."""
        about = PaymentId(UUID(facts["about"])) if "about" in facts else None
        user, id = guest.user, TicketId(guest.fresh("ticket"))
        try:
            ticket = await self.open_ticket(Caller.of(user), user.id, id, text, about)
        except TooManyTickets:
            return await self.question(guest, {**facts, "full": "yes"})
        return await self.ticket(guest, {"ticket": str(ticket.number)})

    async def ticket(self, guest: Guest, facts: Facts) -> Shown:
        """It is taken in, under that number."""
        view = asking.ticket(guest.words, int(facts["ticket"]))
        return Shown(scene="ticket", view=view, facts={"ticket": facts["ticket"]})

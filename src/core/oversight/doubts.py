"""Doubts: whatever goes on only when a person has decided, of all kinds, with what they need."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from uuid import UUID

from attrs import evolve, frozen

from ..identifiers import parse_id
from ..identity import Caller, Permission
from ..payments import (
    Arrival,
    Arrivals,
    Notice,
    Notices,
    Payment,
    PaymentId,
    Payments,
    Refund,
    RefundId,
    Refunds,
)
from ..purchases import Late, Purchase, PurchaseId, Purchases
from ..purchases import State as PurchaseState
from ..wallets import Cheque, ChequeId, Cheques, Outlay, Outlays

Subject = Refund | Cheque | Purchase | Notice | Arrival


class DoubtKind(StrEnum):
    """What is in doubt."""

    REFUND = "refund"
    """Somebody has to agree to it, or it is not known whether it went back."""
    CHEQUE = "cheque"
    PURCHASE = "purchase"
    NOTICE = "notice"
    ARRIVAL = "arrival"
    """It waits in the drawer for whoever it belongs to."""


@frozen
class Thing:
    """What a doubt is about, as the books name it."""

    kind: DoubtKind
    key: str
    """An id, or what a provider named."""
    method: str = ""
    """By which way of paying it came, where that belongs to its name."""


@frozen(kw_only=True)
class Doubt:
    """One thing that waits, or waited, and what belongs to it."""

    thing: Thing
    since: datetime
    about: Subject
    waits: bool
    """Whether a person still has to decide."""
    payment: Payment | None = None
    """For what it was."""
    outlays: Sequence[Outlay] = ()
    """Which bills it pays, or was paid by."""


def doubt_of(about: Subject) -> Doubt:
    """It alone."""
    match about:
        case Refund():
            waits = not about.ended and about.check_at is None
            thing, since = Thing(DoubtKind.REFUND, str(about.id)), about.created_at
        case Cheque():
            waits = not about.ended and about.check_at is None
            thing, since = Thing(DoubtKind.CHEQUE, str(about.id)), about.signed_at
        case Purchase():
            waits = about.state is PurchaseState.REVIEW or about.late is Late.WAITING
            thing, since = Thing(DoubtKind.PURCHASE, str(about.id)), about.created_at
        case Notice():
            waits = about.unresolved
            thing = Thing(DoubtKind.NOTICE, about.hint.key, about.method)
            since = about.taken_at
        case _:
            waits = about.held.units > 0
            thing = Thing(DoubtKind.ARRIVAL, about.inflow.key, about.method)
            since = about.noted_at
    return Doubt(thing=thing, since=since, about=about, waits=waits)


@frozen
class ReadDoubts:
    """All that waits for a person, and each of it with all that is known."""

    payments: Payments
    refunds: Refunds
    arrivals: Arrivals
    notices: Notices
    purchases: Purchases
    outlays: Outlays
    cheques: Cheques

    async def __call__(self, by: Caller, limit: int, skip: int = 0) -> Sequence[Doubt]:
        """
        The oldest first, so many after so many.

        Raises:
            NotAllowed: they may not look at others.
        """
        by.must(Permission.SEE_OTHERS)
        most = skip + limit
        found: chain[Subject] = chain(
            await self.refunds.waiting(most),
            await self.cheques.waiting(most),
            await self.purchases.in_review(most),
            await self.notices.unresolved(most),
            await self.arrivals.held(most),
        )
        doubts = sorted(map(doubt_of, found), key=lambda each: (each.since, each.thing.key))
        return doubts[skip:most]

    async def one(self, by: Caller, thing: Thing) -> Doubt:
        """
        The doubt about that as it is now, decided or not, with what belongs to it.

        Raises:
            NotAllowed: they may not look at others.
            Missing: there is no such thing.
        """
        by.must(Permission.SEE_OTHERS)
        about = await self._about(thing)
        payment, outlays = await self._payment(about), await self._outlays(about)
        return evolve(doubt_of(about), payment=payment, outlays=outlays)

    async def _about(self, thing: Thing) -> Subject:
        match thing.kind:
            case DoubtKind.NOTICE:
                return await self.notices.get(thing.method, thing.key)
            case DoubtKind.ARRIVAL:
                return await self.arrivals.get(thing.method, thing.key)
            case DoubtKind.REFUND:
                return await self.refunds.get(RefundId(parse_id(thing.key)))
            case DoubtKind.CHEQUE:
                return await self.cheques.get(ChequeId(parse_id(thing.key)))
            case _:
                return await self.purchases.get(PurchaseId(parse_id(thing.key)))

    async def _payment(self, about: Subject) -> Payment | None:
        match about:
            case Refund(payment=UUID() as id) | Arrival(payment=UUID() as id):
                return await self.payments.get(PaymentId(id))
        return None

    async def _outlays(self, about: Subject) -> Sequence[Outlay]:
        match about:
            case Cheque():
                return [await self.outlays.get(id) for id in about.outlays]
            case Purchase():
                return await self.outlays.of(str(about.id))
        return ()

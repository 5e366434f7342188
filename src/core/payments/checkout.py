"""The last look before a payer is charged: nothing is paid twice, late, or by halves."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Final, Protocol

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError, Refused
from ..money import Money
from .errors import PaymentMissing, StandingMissing
from .gateways import Gateways
from .notice import Told
from .noticing import TakeNotice
from .payment import Payment, PaymentId, State
from .ports import Payments
from .standing import StandingId, StandingOrder, Standings

PATIENCE_SECONDS: Final = 4.0
"""How long our storage is waited for: a payer waits for ten, and the answer has to get there."""


class Objection(StrEnum):
    """Why nobody may be charged."""

    UNKNOWN = "unknown"
    """There is no such payment."""
    OTHER_TERMS = "other_terms"
    """Another amount or asset was asked for."""
    PAID = "paid"
    """All of it, or a part, has come before."""
    CLOSED = "closed"
    """It was called off, its time is over, or money is not taken by this method any more."""
    UNSURE = "unsure"
    """It cannot be said now."""


@frozen(kw_only=True)
class Checkout:
    """Somebody is about to pay."""

    id: str
    """As the provider names this attempt."""
    method: str
    payment: PaymentId | None
    amount: Money | None
    """None when it is of an asset that we do not know."""
    payer: str
    language: str = ""
    """In which to say no; empty when it is not known."""


class Counter(Protocol):
    """Where somebody tells us that they are about to pay, that they have paid, or got it back."""

    def read(self, raw: bytes, headers: Mapping[str, str]) -> Checkout | Told | None:
        """
        An attempt to pay, or what is to be kept of a payment; None when it is about no payment.

        Money that moved is kept also when its method is not enabled, or cannot be made out yet.

        Raises:
            NoticeForged: it does not come from there.
            NoticeUnreadable: it cannot be understood.
        """
        ...

    async def answer(self, checkout: Checkout, objection: Objection | None) -> None:
        """
        Let them be charged, or say why not.

        Raises:
            Refused: it was too late for that; nobody is charged.
            Unavailable: perhaps nobody was told; they may ask again.
        """
        ...


@frozen
class AllowCheckout:
    """Say whether somebody may be charged now; it reads, and writes nothing."""

    payments: Payments
    clock: Clock
    gateways: Gateways
    standings: Standings

    async def __call__(self, checkout: Checkout) -> Objection | None:
        """What speaks against it, if anything does."""
        if checkout.payment is None:
            return Objection.UNKNOWN
        if checkout.method not in self.gateways.by_method:
            return Objection.CLOSED  # nobody would take what we were told of it
        try:
            try:
                payment = await self.payments.get(checkout.payment)
            except PaymentMissing:
                standing = await self.standings.get(StandingId(checkout.payment))
                return under(standing, checkout)
        except StandingMissing:
            return Objection.UNKNOWN
        except AltynError:
            return Objection.UNSURE
        if payment.order.method != checkout.method:
            return Objection.UNKNOWN
        return self._objection(payment, checkout)

    def _objection(self, payment: Payment, checkout: Checkout) -> Objection | None:
        if checkout.amount != payment.asked:
            return Objection.OTHER_TERMS
        if payment.came.units:
            return Objection.PAID
        if payment.state not in (State.CREATED, State.UNKNOWN, State.PENDING):
            return Objection.CLOSED
        return Objection.CLOSED if self.clock.now() >= payment.expires_at else None


def under(standing: StandingOrder, checkout: Checkout) -> Objection | None:
    """What speaks against paying for a subscription for the first time, or anew."""
    if standing.method != checkout.method or standing.amount is None:
        return Objection.UNKNOWN
    if checkout.amount != standing.amount:
        return Objection.OTHER_TERMS
    if standing.ended:
        return Objection.CLOSED
    paid = standing.term is not None and standing.term.renews and not standing.term.lapsed
    return Objection.PAID if paid else None


@frozen
class TakeUpdate:
    """Act on what is told at a counter: attempts at once, payments after they are stored."""

    counter: Counter
    allow: AllowCheckout
    take: TakeNotice

    async def __call__(self, raw: bytes, headers: Mapping[str, str]) -> bool:
        """
        Whether it was about a payment. When this returns, it may be acknowledged.

        Raises:
            NoticeForged, NoticeUnreadable: it was not stored.
            Unavailable: it was not stored, or perhaps nobody was told whether they may pay.
        """
        match self.counter.read(raw, headers):
            case Checkout() as checkout:
                objection: Objection | None = Objection.UNSURE
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        objection = await self.allow(checkout)
                with suppress(Refused):  # told again, it would be too late again
                    await self.counter.answer(checkout, objection)
            case Told() as told:
                await self.take.keep(told, raw)
            case _:
                return False
        return True

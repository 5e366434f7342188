"""Filling a balance, from how much to the money being there."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from attrs import frozen

from ....core.amounts import amount_written
from ....core.chats import Topic
from ....core.clock import Clock
from ....core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from ....core.identity import Caller
from ....core.money import AmountTooLarge, Asset, Assets, Money
from ....core.payments import (
    Arrivals,
    CancelPayment,
    CheckPayment,
    OfferMethods,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    Payments,
    Quote,
    Sale,
    State,
)
from ....core.purchases import PriceList, RateUnknown
from ....core.wording import one_line
from ...wiring.methods import Ways
from ..addresses import Addresses
from ..views import recharge
from .guest import Facts, Front, Guest, Shown, going_on

PRESETS: Final[Mapping[str, Sequence[str]]] = {
    "XTR": ("50", "100", "250", "500", "1000", "2500"),
    "RUB": ("100", "300", "500", "1000", "3000", "5000"),
    "USD": ("3", "5", "10", "25", "50", "100"),
    "USDT": ("3", "5", "10", "25", "50", "100"),
    "TON": ("1", "3", "5", "10", "25", "50"),
}
PATIENCE_SECONDS: Final = 8.0
"""For so long a chat waits for a provider; then it shows what is known, and goes on looking."""
SHOWN_MAX: Final = 40
METHODS_MAX: Final = 12
WAITING: Final = frozenset({State.CREATED, State.UNKNOWN, State.PENDING, State.CONFIRMING})
PAID: Final = frozenset({State.SETTLED, State.OVERPAID, State.UNDERPAID})


@frozen
class Recharging:
    """Scenes and actions about payments."""

    front: Front
    ways: Ways
    assets: Assets
    prices: PriceList
    offer_methods: OfferMethods
    open: OpenPayment
    check: CheckPayment
    cancel: CancelPayment
    payments: Payments
    arrivals: Arrivals
    clock: Clock
    addresses: Addresses

    async def how_much(self, guest: Guest, facts: Facts) -> Shown:
        """Which amount."""
        asset = self.front.asset
        presets = [Money.parse(each, asset) for each in PRESETS.get(asset.code, ("1", "10", "100"))]
        view = recharge.how_much(guest.words, presets, facts.get("wrong", ""), asset)
        return Shown(scene="amount", view=view, facts=going_on(facts))

    async def asked_for(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """That amount, as somebody wrote it."""
        try:
            amount = amount_written(text, self.front.asset)
        except AltynError:
            amount = None
        if amount is None or amount.units <= 0:
            wrong = one_line(text.strip(), SHOWN_MAX)
            return await self.how_much(guest, {**facts, "wrong": wrong})
        return await self.methods(guest, {**facts, "amount": amount.decimal})

    async def methods(self, guest: Guest, facts: Facts) -> Shown:
        """By which way."""
        amount = Money.parse(facts["amount"], self.front.asset)
        view = recharge.methods(guest.words, amount, await self._offers(amount))
        told = {"amount": amount.decimal, **going_on(facts)}
        return Shown(scene="methods", view=view, facts=told)

    async def _offers(self, amount: Money) -> Sequence[tuple[str, Money]]:
        """The methods that would do, in their order, with what each would take."""
        enabled = [each for each in self.ways.known if each.enabled]
        found: list[tuple[str, Money]] = []
        for code in dict.fromkeys(code for each in enabled for code in each.takes):
            takers = {each.name for each in enabled if code in each.takes}
            if (pays := self._worth(amount, self.assets.by_code.get(code))) is None:
                continue
            offers = await self.offer_methods(pays, Sale())
            usable = [each.method for each in offers if each.obstacle is None]
            found += [(method, pays) for method in usable if method in takers]
        return found[:METHODS_MAX]

    def _worth(self, amount: Money, asset: Asset | None) -> Money | None:
        if asset is None:
            return None
        try:
            pays = self.prices.rates.paying(amount, asset)
        except (RateUnknown, AmountTooLarge):
            return None
        return pays if pays.units > 0 else None

    async def chosen(self, guest: Guest, facts: Facts, argument: str) -> Shown:
        """Ask for the money, that way."""
        method, _, code = argument.partition(":")
        gives = Money.parse(facts["amount"], self.front.asset)
        pays = self._worth(gives, self.assets.by_code.get(code))
        if pays is None:
            return await self.methods(guest, facts)
        order = Order(
            id=PaymentId(guest.fresh("payment")),
            payer=guest.user.account,
            target=guest.user.account,
            method=method,
            quote=Quote(pays, gives),
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.open(order)
        except (Refused, Missing):
            return await self.methods(guest, facts)  # it would not do any more
        except TimeoutError:
            pass  # it is written down, and whoever asks about payments asks for it again
        return await self.paying(guest, {"payment": str(order.id), **going_on(facts)})

    async def paying(self, guest: Guest, facts: Facts) -> Shown:
        """How to pay, how it stands, and what it came to."""
        payment = await self.payments.get(PaymentId(UUID(facts["payment"])))
        told = {"payment": facts["payment"], "seen": str(payment.state), **going_on(facts)}
        if payment.state in WAITING:
            view = recharge.paying(guest.words, payment)
            seconds = self._patience(payment)
            return Shown(scene="paying", view=view, facts=told, look_in_seconds=seconds)
        if payment.state not in PAID:
            view = recharge.unpaid(guest.words, payment)
            return Shown(scene="paying", view=view, facts=told)
        address = await self.addresses.of(Topic.PAYMENT, payment.id.int)
        arrivals = await self.arrivals.of(payment.id)
        view = recharge.paid(guest.words, payment, arrivals, address)
        if not going_on(facts):
            return Shown(scene="paying", view=view, facts=told)
        # The receipt is a turn of its own, so that nobody can die between it and the offer.
        return Shown(scene="paying", view=view, facts=told, look_in_seconds=0, goes_on=True)

    def _patience(self, payment: Payment) -> float:
        """Seconds until the next look: most pay at once, some later, and some never."""
        waited = self.clock.now() - payment.created_at
        if waited < timedelta(minutes=3):
            return 2
        return 5 if waited < timedelta(minutes=20) else 30

    async def look(self, guest: Guest, facts: Facts) -> Shown:
        """They say that they have paid: the provider is asked."""
        with suppress(Refused, Missing, Unavailable, TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.check(PaymentId(UUID(facts["payment"])))
        return await self.paying(guest, facts)

    async def stop(self, guest: Guest, facts: Facts) -> Shown:
        """They do not want to any more; what has come by now has come."""
        with suppress(Conflict, Refused):
            id = PaymentId(UUID(facts["payment"]))
            await self.cancel(id, Caller.of(guest.user), "called off by the payer")
        return await self.paying(guest, facts)

"""Buying goods, from how many to having them."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from attrs import evolve, frozen

from ....core.balances import AccountMissing, InsufficientFunds, Ledger
from ....core.clock import Clock
from ....core.errors import Conflict, Missing, Refused, Unavailable
from ....core.identity import Caller
from ....core.money import Money, zero
from ....core.purchases import (
    LEAST,
    Assortment,
    CancelPurchase,
    Funding,
    Goods,
    Kind,
    NotForSale,
    Purchase,
    PurchaseId,
    Purchases,
    QuoteExpired,
    QuotePurchase,
    RecipientRefused,
    ReservePurchase,
    State,
    Wish,
)
from ....core.wording import MalformedText, one_line
from ..views import goods
from .guest import Facts, Front, Guest, Shown, going_on

PRESETS: Final = (50, 100, 250, 500, 1000, 2500)
DIGITS_MAX: Final = 9
SHOWN_MAX: Final = 40
OFFERED: Final = frozenset({Kind.STARS, Kind.PREMIUM})
"""What there are buttons for."""
PAID: Final = ("payment", "paid")
"""What filled the balance for a purchase, and how that was seen to end in the same window."""


def expired(purchase: Purchase) -> bool:
    """Whether it came to nothing because nobody agreed while its price held."""
    return purchase.state is State.REFUSED and purchase.told.startswith(QuoteExpired.code)


@frozen
class Buying:
    """Scenes and actions about purchases."""

    front: Front
    quote: QuotePurchase
    reserve: ReservePurchase
    cancel: CancelPurchase
    purchases: Purchases
    ledger: Ledger
    assortment: Assortment
    clock: Clock

    async def how_many(self, guest: Guest, facts: Facts) -> Shown:
        """How many Stars, or how much Premium."""
        if facts.get("kind") == Kind.PREMIUM:
            return Shown(scene="count", view=goods.how_long(guest.words), facts={"kind": "premium"})
        least, most = LEAST[Kind.STARS], self.assortment.most.get(Kind.STARS, 0)
        presets = [each for each in PRESETS if least <= each <= most]
        view = goods.how_many(guest.words, presets, least, most, facts.get("wrong", ""))
        return Shown(scene="count", view=view, facts={"kind": "stars"})

    async def chosen(self, guest: Guest, facts: Facts, argument: str) -> Shown:
        """So many, by a button: `stars:100`."""
        kind, _, number = argument.partition(":")
        return await self.counted(guest, {"kind": kind}, number)

    async def counted(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """So many, as somebody wrote it: `100`."""
        kind, number = facts.get("kind", "stars"), text.strip()
        quantity = int(number) if number.isdecimal() and len(number) <= DIGITS_MAX else 0
        if kind not in self.front.kinds & OFFERED:
            named = kind if kind in OFFERED else Kind.STARS
            asked = {"kind": str(named), "quantity": str(quantity)}
            return await self.none(guest, {**asked, "why": "no-offer-refused"})
        try:
            self.assortment.check(Goods(kind=Kind(kind), quantity=quantity))
        except Refused:
            wrong = one_line(number, SHOWN_MAX)
            return await self.how_many(guest, {"kind": kind, "wrong": wrong})
        return await self.for_whom(guest, {"kind": kind, "quantity": str(quantity)})

    async def for_whom(self, guest: Guest, facts: Facts) -> Shown:
        """Who gets it."""
        kind, quantity, wrong = facts["kind"], int(facts["quantity"]), facts.get("wrong", "")
        view = goods.for_whom(guest.words, kind, quantity, guest.user.username, wrong)
        told = {"kind": kind, "quantity": facts["quantity"]}
        return Shown(scene="whom", view=view, facts=told)

    async def named(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """They get it, if they can: the supplier is asked for them, and for his price."""
        return await self._offered(
            guest,
            PurchaseId(guest.fresh("purchase")),
            Kind(facts["kind"]),
            int(facts["quantity"]),
            text.strip().removeprefix("https://t.me/").removeprefix("@"),
        )

    async def for_me(self, guest: Guest, facts: Facts) -> Shown:
        """Whoever asks gets it."""
        return await self.named(guest, facts, guest.user.username)

    async def _offered(
        self, guest: Guest, id: PurchaseId, kind: Kind, quantity: int, recipient: str
    ) -> Shown:
        asked = {"kind": str(kind), "quantity": str(quantity)}
        account = guest.user.account
        try:
            wish = Wish(
                id=id,
                goods=Goods(kind=kind, quantity=quantity),
                recipient=recipient,
                buyer=account,
                funding=Funding(account=account),
                asset=self.front.asset,
            )
            purchase = await self.quote(wish)
        except NotForSale:
            return await self.how_many(guest, {**asked, "wrong": str(quantity)})
        except (MalformedText, RecipientRefused):
            wrong = one_line(recipient, SHOWN_MAX)
            return await self.for_whom(guest, {**asked, "wrong": wrong})
        except Unavailable:
            again = {**asked, "recipient": recipient, "why": "no-offer-silent"}
            return await self.none(guest, again)
        except (Refused, Missing):
            return await self.none(guest, {**asked, "why": "no-offer-refused"})
        return await self.offer(guest, {"purchase": str(purchase.id)})

    async def none(self, guest: Guest, facts: Facts) -> Shown:
        """It cannot be had, or was called off."""
        kind, quantity, why = facts["kind"], int(facts["quantity"]), facts["why"]
        view = goods.no_offer(guest.words, kind, quantity, why, again="recipient" in facts)
        return Shown(scene="none", view=view, facts=facts)

    async def again(self, guest: Guest, facts: Facts) -> Shown:
        """The supplier is asked once more."""
        return await self.named(guest, facts, facts["recipient"])

    async def offer(self, guest: Guest, facts: Facts) -> Shown:
        """The price, or how it goes once it was agreed to."""
        purchase = await self._purchase(facts)
        if expired(purchase):
            return await self._renewed(guest, purchase)
        if purchase.state is not State.QUOTED:
            return await self.bought(guest, facts)
        renewed = "renewed" in facts
        view = goods.offer(guest.words, purchase, await self._available(guest), renewed=renewed)
        told = {name: facts[name] for name in ("purchase", "renewed", *PAID) if name in facts}
        return Shown(scene="offer", view=view, facts=told)

    async def _purchase(self, facts: Facts) -> Purchase:
        return await self.purchases.get(PurchaseId(UUID(facts["purchase"])))

    async def _available(self, guest: Guest) -> Money:
        try:
            balance = await self.ledger.balance(guest.user.account, self.front.asset)
        except AccountMissing:
            return zero(self.front.asset)
        return balance.available

    async def buy(self, guest: Guest, facts: Facts) -> Shown:
        """They agree: the price is set aside, and it is bought."""
        purchase = await self._purchase(facts)
        try:
            purchase = await self.reserve(purchase.id)
        except QuoteExpired:
            return await self._renewed(guest, purchase)
        except (InsufficientFunds, AccountMissing, Conflict):
            return await self.offer(guest, facts)
        if expired(purchase):  # whoever goes on with purchases has found so
            return await self._renewed(guest, purchase)
        return await self.bought(guest, facts)

    async def _renewed(self, guest: Guest, purchase: Purchase) -> Shown:
        wish = purchase.wish
        id = PurchaseId(uuid5(purchase.id, "renewed"))
        kind, quantity = wish.goods.kind, wish.goods.quantity
        shown = await self._offered(guest, id, kind, quantity, wish.recipient)
        if shown.scene != "offer":
            return shown
        return await self.offer(guest, {**shown.facts, "renewed": "yes"})

    async def bought(self, guest: Guest, facts: Facts) -> Shown:
        """How it goes."""
        purchase = await self._purchase(facts)
        paid = {name: facts[name] for name in PAID if name in facts}
        told = {"purchase": facts["purchase"], "seen": str(purchase.state), **paid}
        return Shown(
            scene="bought",
            view=goods.bought(guest.words, purchase),
            facts=told,
            look_in_seconds=None if purchase.ended else self._patience(purchase),
        )

    def _patience(self, purchase: Purchase) -> float:
        """Seconds until the next look."""
        waited = self.clock.now() - purchase.created_at
        if waited < timedelta(minutes=15):
            return 2
        return 30 if waited < timedelta(hours=2) else 600

    async def drop(self, guest: Guest, facts: Facts) -> Shown:
        """They do not want it any more; what is under way goes on."""
        with suppress(Conflict):
            purchase = await self._purchase(facts)
            if purchase.state is State.QUOTED:
                purchase = await self.cancel(purchase.id, Caller.of(guest.user))
        purchase = await self._purchase(facts)
        if purchase.state is not State.REFUSED:
            return await self.bought(guest, facts)
        asked = purchase.wish.goods
        told = {"kind": str(asked.kind), "quantity": str(asked.quantity)}
        return await self.none(guest, {**told, "why": "no-offer-cancelled"})

    async def other(self, guest: Guest, facts: Facts) -> Shown:
        """The same for somebody else."""
        asked = (await self._purchase(facts)).wish.goods
        told = {"kind": str(asked.kind), "quantity": str(asked.quantity)}
        return await self.for_whom(guest, told)

    async def lacking(self, facts: Facts) -> Facts:
        """What a purchase that lacks money needs to be remembered by while it is filled up."""
        wish = (await self._purchase(facts)).wish
        return {
            "then_kind": str(wish.goods.kind),
            "then_quantity": str(wish.goods.quantity),
            "then_recipient": wish.recipient,
        }

    async def resumed(self, guest: Guest, facts: Facts) -> Shown:
        """The money is there, so the purchase for which it was goes on, at a price of now."""
        id, then = PurchaseId(uuid5(UUID(facts["payment"]), "then")), going_on(facts)
        shown = await self._offered(
            guest,
            id,
            Kind(then["then_kind"]),
            int(then["then_quantity"]),
            then["then_recipient"],
        )
        # The payment stays a fact of this window: whoever looks here is not told of it again.
        told = {**shown.facts, "payment": facts["payment"], "paid": facts["seen"]}
        return evolve(shown, facts=told)

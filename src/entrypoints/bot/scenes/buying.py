"""Buying goods, from how many to having them."""

from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from attrs import evolve, frozen

from ....core.balances import AccountMissing, InsufficientFunds, Ledger
from ....core.chats import Topic
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
from ..addresses import Addresses
from ..views import goods
from .guest import THEN, Facts, Front, Guest, Shown
from .wares import Ware

PRESETS: Final = (50, 100, 250, 500, 1000, 2500)
DIGITS_MAX: Final = 9
SHOWN_MAX: Final = 40
OFFERED: Final = frozenset({Kind.STARS, Kind.PREMIUM})
"""What there are buttons for."""
KEPT: Final = ("title", "payment", "paid")
"""What people call the item; what filled the balance for a purchase, and how that was seen to end
in the same window."""


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
    addresses: Addresses

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
            ware = Ware(kind=kind if kind in OFFERED else Kind.STARS.value, quantity=str(quantity))
            return await self.none(guest, {**ware.facts(), "why": "no-offer-refused"})
        try:
            self.assortment.check(Goods(kind=Kind(kind), quantity=quantity))
        except Refused:
            wrong = one_line(number, SHOWN_MAX)
            return await self.how_many(guest, {"kind": kind, "wrong": wrong})
        return await self.for_whom(guest, Ware(kind=kind, quantity=str(quantity)).facts())

    async def for_whom(self, guest: Guest, facts: Facts) -> Shown:
        """Who gets it."""
        ware, wrong = Ware.of(facts), facts.get("wrong", "")
        named = self._named(guest, ware)
        view = goods.for_whom(guest.words, named, guest.user.username, wrong)
        return Shown(scene="whom", view=view, facts=ware.facts())

    def _named(self, guest: Guest, ware: Ware) -> str:
        return goods.goods_name(guest.words, ware.kind, int(ware.quantity), ware.title)

    async def named(self, guest: Guest, facts: Facts, text: str) -> Shown:
        """They get it, if they can: the supplier is asked for them, and for his price."""
        return await self._offered(
            guest,
            PurchaseId(guest.fresh("purchase")),
            Ware.of(facts),
            text.strip().removeprefix("https://t.me/").removeprefix("@"),
        )

    async def for_me(self, guest: Guest, facts: Facts) -> Shown:
        """Whoever asks gets it."""
        return await self.named(guest, facts, guest.user.username)

    async def _offered(self, guest: Guest, id: PurchaseId, ware: Ware, recipient: str) -> Shown:
        asked, account = ware.facts(), guest.user.account
        try:
            wish = Wish(
                id=id,
                goods=ware.goods,
                recipient=recipient,
                buyer=account,
                funding=Funding(account=account),
                asset=self.front.asset,
            )
            purchase = await self.quote(wish)
        except NotForSale:
            if ware.kind not in OFFERED:
                return await self.none(guest, {**asked, "why": "no-offer-refused"})
            return await self.how_many(guest, {**asked, "wrong": ware.quantity})
        except (MalformedText, RecipientRefused):
            wrong = one_line(recipient, SHOWN_MAX)
            return await self.for_whom(guest, {**asked, "wrong": wrong})
        except Unavailable:
            again = {**asked, "recipient": recipient, "why": "no-offer-silent"}
            return await self.none(guest, again)
        except (Refused, Missing):
            return await self.none(guest, {**asked, "why": "no-offer-refused"})
        titled = {"title": ware.title} if ware.title else {}
        return await self.offer(guest, {"purchase": str(purchase.id), **titled})

    async def none(self, guest: Guest, facts: Facts) -> Shown:
        """It cannot be had, or was called off."""
        named, again = self._named(guest, Ware.of(facts)), "recipient" in facts
        view = goods.no_offer(guest.words, named, facts["why"], again=again)
        return Shown(scene="none", view=view, facts=facts)

    async def again(self, guest: Guest, facts: Facts) -> Shown:
        """The supplier is asked once more."""
        return await self.named(guest, facts, facts["recipient"])

    async def offer(self, guest: Guest, facts: Facts) -> Shown:
        """The price, or how it goes once it was agreed to."""
        purchase = await self._purchase(facts)
        if expired(purchase):
            return await self._renewed(guest, purchase, facts)
        if purchase.state is not State.QUOTED:
            return await self.bought(guest, facts)
        named, available = self._goods(guest, purchase, facts), await self._available(guest)
        renewed = "renewed" in facts
        view = goods.offer(guest.words, purchase, named, available, renewed=renewed)
        told = {name: facts[name] for name in ("purchase", "renewed", *KEPT) if name in facts}
        return Shown(scene="offer", view=view, facts=told)

    async def _purchase(self, facts: Facts) -> Purchase:
        return await self.purchases.get(PurchaseId(UUID(facts["purchase"])))

    def _ware(self, purchase: Purchase, facts: Facts) -> Ware:
        return Ware.made_of(purchase.wish.goods, facts.get("title", ""))

    def _goods(self, guest: Guest, purchase: Purchase, facts: Facts) -> str:
        return self._named(guest, self._ware(purchase, facts))

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
            return await self._renewed(guest, purchase, facts)
        except (InsufficientFunds, AccountMissing, Conflict):
            return await self.offer(guest, facts)
        if expired(purchase):  # whoever goes on with purchases has found so
            return await self._renewed(guest, purchase, facts)
        return await self.bought(guest, facts)

    async def _renewed(self, guest: Guest, purchase: Purchase, facts: Facts) -> Shown:
        id = PurchaseId(uuid5(purchase.id, "renewed"))
        ware = self._ware(purchase, facts)
        shown = await self._offered(guest, id, ware, purchase.wish.recipient)
        if shown.scene != "offer":
            return shown
        return await self.offer(guest, {**shown.facts, "renewed": "yes"})

    async def bought(self, guest: Guest, facts: Facts) -> Shown:
        """How it goes."""
        purchase = await self._purchase(facts)
        kept = {name: facts[name] for name in KEPT if name in facts}
        told = {"purchase": facts["purchase"], "seen": str(purchase.state), **kept}
        address = ""
        if purchase.state is State.DELIVERED:
            address = await self.addresses.of(Topic.PURCHASE, purchase.id.int)
        named = self._goods(guest, purchase, facts)
        return Shown(
            scene="bought",
            view=goods.bought(guest.words, purchase, named, address),
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
        asked = self._ware(purchase, facts).facts()
        return await self.none(guest, {**asked, "why": "no-offer-cancelled"})

    async def other(self, guest: Guest, facts: Facts) -> Shown:
        """The same for somebody else."""
        return await self.for_whom(guest, self._ware(await self._purchase(facts), facts).facts())

    async def lacking(self, facts: Facts) -> Facts:
        """What a purchase that lacks money needs to be remembered by while it is filled up."""
        purchase = await self._purchase(facts)
        ware = self._ware(purchase, facts).facts(THEN)
        whom = {f"{THEN}recipient": purchase.wish.recipient, f"{THEN}shown": purchase.shown}
        return {**ware, **whom, f"{THEN}price": purchase.price.decimal}

    async def resumed(self, guest: Guest, facts: Facts) -> Shown:
        """
        The money is there, so the purchase for which it was goes on, at a price of now.

        What they agreed to is bought: for whom they saw then, and for no more. Else they are asked
        once more.
        """
        id = PurchaseId(uuid5(UUID(facts["payment"]), "then"))
        shown = await self._offered(guest, id, Ware.of(facts, THEN), facts[f"{THEN}recipient"])
        if shown.scene == "offer" and self._agreed(await self._purchase(shown.facts), facts):
            shown = await self.buy(guest, shown.facts)
        # The payment stays a fact of this window: whoever looks here is not told of it again.
        told = {**shown.facts, "payment": facts["payment"], "paid": facts["seen"]}
        return evolve(shown, facts=told)

    def _agreed(self, purchase: Purchase, facts: Facts) -> bool:
        """Whether they said yes to that, when they went to pay for it."""
        most = Money.parse(facts.get(f"{THEN}price", "0"), self.front.asset)
        return purchase.shown == facts.get(f"{THEN}shown") and purchase.price <= most

"""How the house of the world deals with those outside: its wallets and its suppliers."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from attrs import frozen

from altyn.core.errors import Unavailable
from altyn.core.money import TON, XTR, Asset, Money
from altyn.core.purchases import (
    Delivery,
    Goods,
    Kind,
    Offer,
    Ordered,
    Purchase,
    Stage,
    State,
    SupplierUnclear,
)
from altyn.core.wallets import (
    SEND_WINDOW,
    Bill,
    BillRefused,
    Cheque,
    Draft,
    Look,
    Part,
    Sight,
    WalletPoor,
    WalletUnclear,
)
from tests.unit.payments_world_fate import MINUTE, Dice, LoopClock
from tests.unit.purchases_world_outside import (
    FEE,
    SECOND,
    TRANSIT,
    Chain,
    Counter,
    Line,
    Outside,
    Sale,
    Stars,
)

PRICES = {Kind.STARS: Money(10_000_000, TON), Kind.PREMIUM: Money(30, XTR)}
"""Of one of it."""


@frozen
class TonWallet:
    """Signs messages in sequence; presented twice they are carried out once."""

    chain: Chain
    line: Line
    dice: Dice
    clock: LoopClock
    name: str = "ton"
    assets: Sequence[Asset] = (TON,)
    bills_max: int = 4
    presents_are_single: bool = True

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        if self.dice.say(0.03):
            raise WalletPoor(self.name, Money(0, TON), bills[0].total)
        sequence = await self.line(lambda: self.chain.sequence(self.chain.seen))
        if sequence <= last:
            raise WalletUnclear(self.name, "not all of it has been read")
        message = self.chain.sign(bills, sequence)
        its = self.chain.messages[message]
        return Draft(message=message, hash=its.hash, sequence=sequence, expires_at=its.until)

    async def present(self, cheque: Cheque) -> Look:
        await self.line(lambda: self.chain.take(cheque.draft.message), outlives=8 * MINUTE)
        return Look(sight=Sight.NOTHING, as_of=cheque.signed_at)

    async def look(self, cheque: Cheque) -> Look:
        return await self.line(lambda: self._seen(cheque.draft))

    async def balance(self, asset: Asset) -> Money:
        return Money(10**12, asset)

    def _seen(self, draft: Draft) -> Look:
        seen = self.chain.seen
        for each in self.chain.carried:
            if each.at <= seen and each.message.hash == draft.hash:
                return Look(
                    sight=Sight.CASHED, as_of=seen, paid=each.sent, proof=draft.hash, fee=FEE
                )
        never = self.chain.sequence(seen) > draft.sequence
        return Look(sight=Sight.NEVER if never else Sight.NOTHING, as_of=seen)


@frozen
class StarsWallet:
    """Pays forms; nothing keeps whoever presents one twice from paying it twice."""

    stars: Stars
    line: Line
    dice: Dice
    clock: LoopClock
    name: str = "stars"
    assets: Sequence[Asset] = (XTR,)
    bills_max: int = 1
    presents_are_single: bool = False

    async def draw(self, bills: Sequence[Bill], last: int) -> Draft:
        if self.dice.say(0.03):
            raise BillRefused(self.name, "there is no such form")
        expires_at = self.clock.now() + SEND_WINDOW + timedelta(seconds=TRANSIT + 10)
        form = await self.line(lambda: self.stars.form(bills[0]))
        return Draft(message=form, hash=form, sequence=0, expires_at=expires_at)

    async def present(self, cheque: Cheque) -> Look:
        await self.line(lambda: self.stars.pay(cheque.draft.message), outlives=TRANSIT)
        return Look(sight=Sight.NOTHING, as_of=cheque.signed_at)

    async def look(self, cheque: Cheque) -> Look:
        return await self.line(lambda: self._seen(cheque.draft))

    async def balance(self, asset: Asset) -> Money:
        return Money(10**12, asset)

    def _seen(self, draft: Draft) -> Look:
        seen = self.stars.seen
        if any(at <= seen for at in self.stars.forms[draft.message].charges):
            return Look(sight=Sight.CASHED, as_of=seen, paid=[True], proof=draft.hash)
        return Look(sight=Sight.NOTHING, as_of=seen)


@frozen
class Seller:
    """A supplier whose page shows how far the newest sale is, and whose list is behind."""

    counter: Counter
    line: Line
    clock: LoopClock
    kind: Kind
    in_lanes: bool = False

    @property
    def name(self) -> str:
        return self.counter.name

    @property
    def kinds(self) -> Sequence[Kind]:
        return (self.kind,)

    def lane(self, goods: Goods) -> str:
        return f"{self.name}:{goods.quantity}" if self.in_lanes else ""

    async def offer(self, goods: Goods, recipient: str) -> Offer:
        price = PRICES[self.kind]
        cost = Money(price.units * goods.quantity, price.asset)
        return await self.line(lambda: Offer(cost=cost, shown=recipient.title()))

    async def order(self, purchase: Purchase) -> Ordered:
        sale = await self.line(lambda: self.counter.begin(purchase), outlives=8 * MINUTE)
        part = Part(to=self.name, amount=sale.asks, comment=sale.id)
        bill = Bill(parts=(part,), pay_before=self.clock.now() + 1800 * SECOND)
        return Ordered(order_id=sale.id, bill=bill, shown=sale.shown)

    async def delivery(self, purchase: Purchase, message: str) -> Delivery:
        return await self.line(lambda: self._shown(purchase))

    def _shown(self, purchase: Purchase) -> Delivery:
        # Where one sale is made after the other the page does not say of which it tells.
        on_the_page = self.in_lanes and purchase.state is State.PAID
        sale = self.counter.sales[purchase.order_id]
        if on_the_page:
            sale = self.counter.newest[purchase.wish.goods]
        return Delivery(stage=_stage(sale), proof=sale.id, words="so it says")


def _stage(sale: Sale) -> Stage:
    if sale.delivered:
        return Stage.DELIVERED
    return Stage.FAILED if sale.failed else Stage.PENDING


def wallets_of(outside: Outside) -> tuple[TonWallet, StarsWallet]:
    """Ours."""
    dice, clock = outside.dice, outside.clock
    return (
        TonWallet(outside.chain, outside.line(_of_wallet("ton")), dice, clock),
        StarsWallet(outside.stars, outside.line(_of_wallet("stars")), dice, clock),
    )


def sellers_of(outside: Outside) -> tuple[Seller, Seller]:
    """Those who sell to us; one of them in lanes."""
    ways = [outside.line(_of_seller(name)) for name in ("fragment", "shop")]
    return (
        Seller(outside.fragment, ways[0], outside.clock, Kind.STARS),
        Seller(outside.shop, ways[1], outside.clock, Kind.PREMIUM, in_lanes=True),
    )


def _of_wallet(name: str) -> Callable[[str], Unavailable]:
    return lambda why: WalletUnclear(name, why)


def _of_seller(name: str) -> Callable[[str], Unavailable]:
    return lambda why: SupplierUnclear(name, why)

"""One process of the house that buys: all its use cases, over ports behind which it may die."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from attrs import define, frozen

from altyn.adapters.memory import (
    MemoryCheques,
    MemoryLedger,
    MemoryOutbox,
    MemoryOutlays,
    MemoryPayments,
    MemoryPurchases,
    MemoryShutters,
    MemoryStandstill,
    MemoryStore,
    MemoryTrail,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.money import RUB, TON, XTR, Money, Percent
from altyn.core.purchases import (
    AskOffer,
    Assortment,
    AwaitDelivery,
    BuyForHouse,
    CancelPurchase,
    DecidePurchase,
    Doorkeeper,
    FollowOutlay,
    GoOn,
    LookForLate,
    Markup,
    OrderPurchase,
    PayPurchase,
    PollPurchases,
    PriceList,
    QuotePurchase,
    Rate,
    Rates,
    ReportLate,
    ReservePurchase,
    Salesbook,
    SettleLate,
    Supplier,
    Suppliers,
)
from altyn.core.wallets import (
    Caps,
    CashCheque,
    DecideCheque,
    DrawCheque,
    Paybook,
    PollWallets,
    RequestOutlay,
    Wallet,
    Wallets,
)
from tests.unit.payments_world_fate import LoopClock, Mortal, MortalTransaction
from tests.unit.purchases_world_outside import Outside
from tests.unit.purchases_world_trade import sellers_of, wallets_of

CAPS: Final = {
    "ton": Caps(
        a_bill={"TON": Money.parse("2.2", TON)},
        a_day={"TON": Money.parse("9", TON)},
        payees=frozenset({"fragment"}),
    ),
    "stars": Caps(a_bill={"XTR": Money(190, XTR)}, a_day={"XTR": Money(1000, XTR)}),
}
RATES: Final = Rates.these(
    Rate(Money.parse("1", TON), Money.parse("300", RUB)),
    Rate(Money(1, XTR), Money.parse("1.5", RUB)),
)
WHO_PAYS_WHOM: Final = {("fragment", "TON"): "ton", ("shop", "XTR"): "stars"}


@define(slots=False)
class Kept:
    """Everything that outlives a process."""

    clock: LoopClock
    random_bits: Callable[[int], int]
    kinds: "Kinds"

    def __attrs_post_init__(self) -> None:
        self.store = store = MemoryStore()
        self.identifiers = TimeOrdered(self.clock, self.random_bits)
        self.ledger, self.outbox = MemoryLedger(store, self.clock), MemoryOutbox(store)
        self.payments, self.trail = MemoryPayments(store), MemoryTrail(store)
        self.purchases = self.kinds.purchases(store)
        self.shutters, self.standstill = MemoryShutters(store), MemoryStandstill(store)
        self.outlays, self.cheques = self.kinds.outlays(store), self.kinds.cheques(store)


def as_it_is(port: Any, _: Outside) -> Any:
    """Nothing is changed."""
    return port


@frozen(kw_only=True)
class Kinds:
    """What a test of the world may put a mistake into."""

    purchases: Callable[[MemoryStore], MemoryPurchases] = MemoryPurchases
    outlays: Callable[[MemoryStore], MemoryOutlays] = MemoryOutlays
    cheques: Callable[[MemoryStore], MemoryCheques] = MemoryCheques
    wallet: Callable[[Any, Outside], Wallet] = as_it_is
    supplier: Callable[[Any, Outside], Supplier] = as_it_is
    salesbook: Callable[..., Salesbook] = Salesbook
    order: Callable[..., OrderPurchase] = OrderPurchase
    pay: Callable[..., PayPurchase] = PayPurchase
    follow: Callable[..., FollowOutlay] = FollowOutlay
    await_delivery: Callable[..., AwaitDelivery] = AwaitDelivery
    cancel: Callable[..., CancelPurchase] = CancelPurchase
    decide: Callable[..., DecidePurchase] = DecidePurchase
    draw: Callable[..., DrawCheque] = DrawCheque
    cash: Callable[..., CashCheque] = CashCheque
    decide_cheque: Callable[..., DecideCheque] = DecideCheque
    slippage: Percent = Percent.parse("2")  # noqa: RUF009


@frozen
class Dozing(MortalTransaction):
    """A transaction before and after which a process may sleep for minutes, and wake up late."""

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """As the port says."""
        await self._doze(0.02)
        async with MortalTransaction.__call__(self):
            yield
        await self._doze(0.06)

    async def _doze(self, chance: float) -> None:
        if self.dice.say(chance):
            self.dice.note("dozes")
            most = self.dice.random.choice((10, 60, 200, 300))
            await asyncio.sleep(self.dice.random.uniform(1, most))


@define
class Hourly:
    """A chore that is not worth doing more often."""

    chore: Callable[[], Awaitable[object]]
    clock: LoopClock
    done_at: datetime | None = None

    async def __call__(self) -> None:
        """Do it, where that is so long ago; who begins anew does it at once."""
        now = self.clock.now()
        if self.done_at is None or now - self.done_at >= timedelta(hours=1):
            self.done_at = now
            await self.chore()


class House:
    """Made anew after each death, over what was kept."""

    def __init__(self, kept: Kept, outside: Outside) -> None:
        kinds, dice, clock, ids = kept.kinds, outside.dice, outside.clock, kept.identifiers
        store = Dozing(kept.store, dice)
        ledger, outbox = Mortal(kept.ledger, dice), Mortal(kept.outbox, dice)
        outlays, cheques = Mortal(kept.outlays, dice), Mortal(kept.cheques, dice)
        purchases = Mortal(kept.purchases, dice)
        payments = Mortal(kept.payments, dice)
        wallets = Wallets.these(*(kinds.wallet(each, outside) for each in wallets_of(outside)))
        suppliers = Suppliers.these(
            *(kinds.supplier(each, outside) for each in sellers_of(outside)),
            wallets=WHO_PAYS_WHOM,
        )
        paybook = Paybook(ledger, outbox, clock, ids)
        draw = kinds.draw(outlays, cheques, wallets, CAPS, paybook, store, clock)
        cash = kinds.cash(outlays, cheques, wallets, paybook, store, clock, kept.standstill)
        request = RequestOutlay(outlays, wallets)
        book = kinds.salesbook(purchases, ledger, outbox, clock, ids)
        prices = PriceList(
            rates=RATES, markup=Markup(percent=Percent.parse("10"), slippage=kinds.slippage)
        )
        keeper = Doorkeeper(Mortal(kept.shutters, dice), outbox, clock, ids)
        self.quote = QuotePurchase(
            book, suppliers, AskOffer(keeper, store), Assortment(), prices, store, clock
        )
        self.reserve = ReservePurchase(book, suppliers, payments, store, clock)
        # Beside the dice: whoever dies in the transaction of a deed dies beside its entry.
        audit = Audit(kept.trail, clock)
        self.buy_for_house = BuyForHouse(self.quote, self.reserve, audit)
        self.cancel = kinds.cancel(book, store, clock, audit)
        self.decide = kinds.decide(book, store, clock, audit)
        self.decide_cheque = kinds.decide_cheque(cheques, cash, clock, audit)
        go_on = GoOn(
            purchases,
            self.reserve,
            kinds.order(book, suppliers, keeper, store, clock),
            kinds.pay(book, suppliers, request, store, clock),
            kinds.follow(book, outlays, draw, store, clock),
            kinds.await_delivery(book, outlays, cheques, suppliers, keeper, store, clock),
        )
        late = book, outlays, cheques, suppliers, store, clock
        self.report_late = ReportLate(book, store, clock, audit)
        self.settle_late = SettleLate(book, store, clock, audit)
        self.chores: Sequence[Callable[[], Awaitable[object]]] = (
            PollPurchases(purchases, go_on, store, clock),
            PollWallets(cheques, wallets, draw, cash, clock),
            Hourly(LookForLate(*late), clock),
        )

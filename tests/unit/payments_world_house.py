"""One process of the house in the world: all its use cases, over ports behind which it may die."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from attrs import define, frozen

from altyn.adapters.heleket import (
    HeleketApi,
    HeleketGateway,
    HeleketWallets,
    Merchant,
    Services,
)
from altyn.adapters.memory import (
    MemoryArrivals,
    MemoryCursors,
    MemoryLedger,
    MemoryNotices,
    MemoryOutbox,
    MemoryPayments,
    MemoryRefunds,
    MemoryStandings,
    MemoryStandstill,
    MemoryStore,
    MemoryTrail,
)
from altyn.adapters.psp import PspGateway
from altyn.adapters.telegram import (
    CARDS,
    STARS,
    BotApi,
    CardsGateway,
    StarsFeed,
    StarsGateway,
    StarsList,
    TelegramCounter,
    Webhook,
)
from altyn.adapters.ton import (
    PooledChain,
    Purses,
    Toncenter,
    TonFeed,
    TonGateway,
    operations_of,
    parse_address,
)
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.money import RUB, TON, USDT, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    AllowCheckout,
    Approvals,
    BookInflows,
    BookReversal,
    CancelPayment,
    CarryOutRefund,
    Cashbook,
    CheckPayment,
    CreditHeld,
    DecideRefund,
    Feed,
    Gateway,
    Gateways,
    GiveHeld,
    InvoicePayment,
    OpenPayment,
    OpenStanding,
    PollPayments,
    PollRefunds,
    Quote,
    ReadFeed,
    ReadFeeds,
    ReadNotices,
    RequestRefund,
    Routes,
    Rules,
    StandingGateways,
    TakeNotice,
    TakeUpdate,
    TieOutDays,
    TieOutMethod,
)
from altyn.core.resilience import DEPENDENCIES, EndpointPool, Guard
from altyn.entrypoints.sandbox import HeleketDesk, PspDesk, TelegramDesk
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.sandbox.ton_cells import stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.wiring.methods import BOUNDS
from tests.unit.payments_world_fate import (
    AtTheDesk,
    Background,
    BadLine,
    Dice,
    LoopClock,
    Mortal,
    MortalTransaction,
    Weather,
    ticks,
)
from tests.unit.psp_outside import PROFILE, shop_of

SECRET: Final = "what-only-Telegram-and-we-know"
HOOK: Final = "https://shop.example/webhooks/telegram"
OURS: Final = stranger("us")
ALONE: Final = {
    "USDT": Money(6_000_000, USDT),
    "TON": Money(6 * 10**9, TON),
    "XTR": Money(200, XTR),
    "RUB": Money(50_000, RUB),
}
"""Half of what is paid here takes two to be given back."""


@define(slots=False)
class Kept:
    """Everything that outlives a process."""

    clock: LoopClock
    random_bits: Callable[[int], int]
    arrivals_kind: Callable[[MemoryStore], MemoryArrivals]

    def __attrs_post_init__(self) -> None:
        self.store = store = MemoryStore()
        self.identifiers = TimeOrdered(self.clock, self.random_bits)
        self.ledger, self.outbox = MemoryLedger(store, self.clock), MemoryOutbox(store)
        self.payments, self.arrivals = MemoryPayments(store), self.arrivals_kind(store)
        self.refunds, self.notices = MemoryRefunds(store), MemoryNotices(store)
        self.cursors, self.standings = MemoryCursors(store), MemoryStandings(store)
        self.trail, self.standstill = MemoryTrail(store), MemoryStandstill(store)


@define(slots=False)
class Outside:
    """The desks of all providers, and the ways to them."""

    dice: Dice
    clock: LoopClock
    fresh: Callable[[], UUID]
    background: Background

    def __attrs_post_init__(self) -> None:
        self.heleket = HeleketDesk(self.clock, fresh=self.fresh)
        self.telegram = TelegramDesk(self.clock)
        self.psp = PspDesk(self.clock, fresh=self.fresh, refunds_wait=True, per_page=3)
        self.ton = TonDesk(self.clock)
        self.second = TonDesk(self.clock, self.ton.chain)
        desks = (self.heleket, self.psp, self.telegram, self.ton, self.second)
        self.desks: Mapping[str, Callable[[Any, Any, Any], Awaitable[None]]] = dict(
            zip(("heleket", "example", "telegram", "reader1", "reader2"), desks, strict=True)
        )
        self.weathers = {whom: Weather(self.dice) for whom in self.desks}

    def line(self, whom: str) -> BadLine:
        """The way to one of them."""
        at_the_desk = AtTheDesk(self.desks[whom])
        return BadLine(whom, at_the_desk, self.dice, self.weathers[whom], self.background)


def as_it_is(gateway: Gateway, outside: Outside) -> Gateway:
    """Nothing is changed."""
    return gateway


@frozen(kw_only=True)
class Kinds:
    """What a test of the world may put a mistake into."""

    cashbook: Callable[..., Cashbook] = Cashbook
    invoice: Callable[..., InvoicePayment] = InvoicePayment
    read: Callable[..., ReadNotices] = ReadNotices
    read_feed: Callable[..., ReadFeed] = ReadFeed
    carry_out: Callable[..., CarryOutRefund] = CarryOutRefund
    reverse: Callable[..., BookReversal] = BookReversal
    credit: Callable[..., CreditHeld] = CreditHeld
    give: Callable[..., GiveHeld] = GiveHeld
    feed_of_stars: Callable[..., StarsFeed] = StarsFeed
    purses: Callable[..., Purses] = Purses
    quote: Callable[..., Quote] = Quote
    arrivals: Callable[[MemoryStore], MemoryArrivals] = MemoryArrivals
    gateway: Callable[[Gateway, Outside], Gateway] = as_it_is


class House:
    """Made anew after each death, over what was kept."""

    def __init__(self, kept: Kept, outside: Outside, rules: Rules, kinds: Kinds) -> None:
        self.outside, self.kinds = outside, kinds
        self.clock = clock = outside.clock
        dice, ids = outside.dice, kept.identifiers
        arrivals, refunds = Mortal(kept.arrivals, dice), Mortal(kept.refunds, dice)
        cursors, standings = Mortal(kept.cursors, dice), Mortal(kept.standings, dice)
        ledger, outbox = Mortal(kept.ledger, dice), Mortal(kept.outbox, dice)
        notices, payments = Mortal(kept.notices, dice), Mortal(kept.payments, dice)
        store = MortalTransaction(kept.store, dice)

        self.ledger = ledger
        self.gateways = gateways = self._gateways(cursors)
        book = kinds.cashbook(arrivals, ledger, outbox, clock, ids, rules, refunds)
        facts = BookInflows(payments, standings, book, clock)
        invoice = kinds.invoice(payments, gateways, book, store, clock)
        reverse = kinds.reverse(payments, arrivals, refunds, book, store)
        check = CheckPayment(payments, gateways, book, store, clock, invoice, reverse)
        self.open = OpenPayment(payments, gateways, book, store, clock, invoice, Routes())
        self.stand = OpenStanding(standings, self.standing, store, clock, Routes())
        self.take = TakeNotice(gateways, notices, clock)
        allow = AllowCheckout(payments, clock, gateways, standings)
        self.update = TakeUpdate(self.counter, allow, self.take)
        # Beside the dice: whoever dies in the transaction of a deed dies beside its entry.
        audit = Audit(kept.trail, clock)
        self.cancel = CancelPayment(payments, book, store, clock, audit)
        self.credit = kinds.credit(payments, arrivals, book, store, audit)
        self.give = kinds.give(payments, arrivals, book, store, audit)
        self.ask_back = RequestRefund(
            payments, arrivals, refunds, gateways, book, store, clock, Approvals(ALONE), audit
        )
        carry_out = kinds.carry_out(
            payments, arrivals, refunds, gateways, book, store, clock, kept.standstill
        )
        self.decide = DecideRefund(carry_out, clock, audit)
        self.tie_out = TieOutMethod(arrivals, refunds, ledger, gateways)
        self.read_feed = kinds.read_feed(cursors, facts, store, reverse)
        self.chores: Sequence[Callable[[], Awaitable[object]]] = (
            kinds.read(notices, gateways, check, facts, store, clock, reverse),
            PollPayments(payments, check, clock),
            PollRefunds(refunds, carry_out, clock),
            ReadFeeds(gateways, self.read_feed),
            TieOutDays(gateways, cursors, self.tie_out, book, store, clock),
        )

    def _gateways(self, cursors: Mortal) -> Gateways:
        ton, feed_of_ton = self._ton(cursors)
        stars, cards, feed_of_stars = self._telegram(cursors)
        ways = (self._heleket(), self._psp(), stars, cards, ton)
        changed = [self.kinds.gateway(each, self.outside) for each in ways]
        return Gateways.these(*changed, feeds=(feed_of_stars, feed_of_ton))

    def _heleket(self) -> Gateway:
        desk = self.outside.heleket
        merchant = Merchant(
            id=desk.merchant, payment_key=desk.payment_key, payout_key=desk.payout_key
        )
        caller, guard = self.outside.line("heleket"), _guard("heleket")
        asking = HeleketApi(merchant, caller, guard)
        self.standing = StandingGateways({"heleket": HeleketWallets(api=asking)})
        return HeleketGateway(
            merchant=merchant,
            caller=caller,
            guard=guard,
            clock=self.clock,
            assets=WELL_KNOWN,
            bounds=BOUNDS["heleket"],
            services=Services(api=asking, clock=self.clock, assets=WELL_KNOWN),
        )

    def _psp(self) -> Gateway:
        return PspGateway(
            profile=PROFILE,
            shop=shop_of(self.outside.psp),
            caller=self.outside.line("example"),
            guard=_guard("heleket"),
            clock=self.clock,
        )

    def _telegram(self, cursors: Mortal) -> tuple[Gateway, Gateway, Feed]:
        desk = self.outside.telegram
        api = BotApi(self.outside.line("telegram"), _guard("telegram"), desk.token)
        self.announce = Webhook(api, HOOK, SECRET)
        self.counter = TelegramCounter(api, WELL_KNOWN, SECRET)
        transactions = StarsList(api)
        stars = StarsGateway(
            api=api,
            clock=self.clock,
            assets=WELL_KNOWN,
            secret=SECRET,
            bounds=BOUNDS[STARS],
            list=transactions,
            cursors=cursors,
        )
        cards = CardsGateway(
            api=api,
            clock=self.clock,
            assets=WELL_KNOWN,
            secret=SECRET,
            bounds=BOUNDS[CARDS],
            provider_token=desk.provider_token,
        )
        return stars, cards, self.kinds.feed_of_stars(transactions, self.clock)

    def _ton(self, cursors: Mortal) -> tuple[Gateway, Feed]:
        readers = {
            name: Toncenter(caller=self.outside.line(name), guard=_guard("ton"))
            for name in ("reader1", "reader2")
        }
        pool = EndpointPool("ton", operations_of(readers), self.clock, ticks=ticks)
        chain = PooledChain(pool, readers, self.clock)
        masters = {parse_address(USDT_MASTER): USDT}
        purses = self.kinds.purses(chain, parse_address(OURS), masters)
        gateway = TonGateway(chain=chain, purses=purses, cursors=cursors, bounds=BOUNDS["ton"])
        return gateway, TonFeed(chain, purses, self.clock)


def _guard(name: str) -> Guard:
    return Guard(name, DEPENDENCIES[name], ticks=ticks)

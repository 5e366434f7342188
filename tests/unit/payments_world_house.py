"""One process of the house in the world: all its use cases, over ports behind which it may die."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from attrs import frozen

from altyn.adapters.heleket import (
    HeleketApi,
    HeleketGateway,
    HeleketWallets,
    Merchant,
    Services,
)
from altyn.adapters.memory import MemoryArrivals
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
from altyn.core.money import TON, USDT, WELL_KNOWN, XTR, Money
from altyn.core.payments import (
    AllowCheckout,
    Approvals,
    BookInflows,
    BookMissing,
    CancelPayment,
    CarryOutRefund,
    Cashbook,
    CheckPayment,
    CreditHeld,
    DecideRefund,
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
    StandingGateways,
    TakeNotice,
    TakeUpdate,
    TieOutDays,
    TieOutMethod,
)
from altyn.core.resilience import DEPENDENCIES, EndpointPool, Guard
from altyn.entrypoints.sandbox.ton_cells import stranger
from altyn.entrypoints.sandbox.ton_chain import USDT_MASTER
from altyn.entrypoints.wiring.methods import BOUNDS
from tests.unit.payments_world_fate import AtTheDesk, BadLine, Mortal, MortalTransaction, ticks

SECRET: Final = "what-only-Telegram-and-we-know"
HOOK: Final = "https://shop.example/webhooks/telegram"
OURS: Final = stranger("us")
ALONE: Final = {
    "USDT": Money(6_000_000, USDT),
    "TON": Money(6 * 10**9, TON),
    "XTR": Money(200, XTR),
}
"""Half of what is paid here takes two to be given back."""


def as_it_is(port: Any, world: Any) -> Any:
    """Nothing is changed."""
    return port


@frozen(kw_only=True)
class Kinds:
    """What a test of the world may put a mistake into."""

    cashbook: Callable[..., Cashbook] = Cashbook
    invoice: Callable[..., InvoicePayment] = InvoicePayment
    read: Callable[..., ReadNotices] = ReadNotices
    read_feed: Callable[..., ReadFeed] = ReadFeed
    carry_out: Callable[..., CarryOutRefund] = CarryOutRefund
    credit: Callable[..., CreditHeld] = CreditHeld
    give: Callable[..., GiveHeld] = GiveHeld
    feed_of_stars: Callable[..., StarsFeed] = StarsFeed
    purses: Callable[..., Purses] = Purses
    quote: Callable[..., Quote] = Quote
    arrivals: Callable[[Any], MemoryArrivals] = MemoryArrivals
    gateway: Callable[[Any, Any], Any] = as_it_is


class House:
    """Made anew after each death, over what was kept."""

    def __init__(self, world: Any) -> None:
        self.world, self.dice, self.clock = world, world.dice, world.clock
        dice, clock, kinds = self.dice, self.clock, world.kinds
        transaction = MortalTransaction(world.store, dice)
        ledger, outbox, payments, arrivals, refunds, notices, cursors, standings = (
            Mortal(port, dice)
            for port in (
                world.ledger,
                world.outbox,
                world.payments,
                world.arrivals,
                world.refunds,
                world.notices,
                world.cursors,
                world.standings,
            )
        )
        self.gateways = gateways = self._gateways(cursors)
        book = kinds.cashbook(
            arrivals, ledger, outbox, clock, world.identifiers, world.rules, refunds
        )
        facts = BookInflows(payments, standings, book, clock)
        invoice = kinds.invoice(payments, gateways, book, transaction, clock)
        self.open = OpenPayment(payments, gateways, book, transaction, clock, invoice)
        self.stand = OpenStanding(standings, self.standing, transaction, clock)
        self.cancel = CancelPayment(payments, book, transaction, clock)
        self.check = CheckPayment(payments, gateways, book, transaction, clock, invoice)
        self.poll = PollPayments(payments, self.check, clock)
        self.take = TakeNotice(gateways, notices, clock)
        self.update = TakeUpdate(self.counter, AllowCheckout(payments, clock, gateways), self.take)
        self.read = kinds.read(notices, gateways, self.check, facts, transaction, clock)
        self.read_feeds = ReadFeeds(gateways, kinds.read_feed(cursors, facts, transaction))
        self.credit = kinds.credit(payments, arrivals, book, transaction)
        self.give = kinds.give(payments, arrivals, book, transaction)
        self.ask_back = RequestRefund(
            payments, arrivals, refunds, gateways, book, transaction, clock, Approvals(ALONE)
        )
        self.carry_out = kinds.carry_out(
            payments, arrivals, refunds, gateways, book, transaction, clock
        )
        self.poll_refunds = PollRefunds(refunds, self.carry_out, clock)
        self.decide = DecideRefund(self.carry_out, clock)
        self.tie_out = TieOutMethod(arrivals, refunds, ledger, gateways)
        self.tie_out_days = TieOutDays(gateways, cursors, self.tie_out, book, transaction, clock)
        self.book_missing = BookMissing(self.check, book, transaction)
        self.ledger = ledger

    def _gateways(self, cursors: Mortal) -> Gateways:
        """Every way of paying, each over lines of its own."""
        desk = self.world.heleket
        merchant = Merchant(
            id=desk.merchant, payment_key=desk.payment_key, payout_key=desk.payout_key
        )
        caller, guard = self._line("heleket"), self._guard("heleket")
        asking = HeleketApi(merchant, caller, guard)
        heleket = HeleketGateway(
            merchant=merchant,
            caller=caller,
            guard=guard,
            clock=self.clock,
            assets=WELL_KNOWN,
            bounds=BOUNDS["heleket"],
            services=Services(api=asking, clock=self.clock, assets=WELL_KNOWN),
        )
        self.standing = StandingGateways({"heleket": HeleketWallets(api=asking)})
        telegram = self.world.telegram
        api = BotApi(self._line("telegram"), self._guard("telegram"), telegram.token)
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
            provider_token=telegram.provider_token,
        )
        readers = {
            name: Toncenter(caller=self._line(name), guard=self._guard("ton"))
            for name in ("reader1", "reader2")
        }
        pool = EndpointPool("ton", operations_of(readers), self.clock, ticks=ticks)
        chain = PooledChain(pool, readers, self.clock)
        masters = {parse_address(USDT_MASTER): USDT}
        purses = self.world.kinds.purses(chain, parse_address(OURS), masters)
        ton = TonGateway(chain=chain, purses=purses, cursors=cursors, bounds=BOUNDS["ton"])
        feeds = (
            self.world.kinds.feed_of_stars(transactions, self.clock),
            TonFeed(chain, purses, self.clock),
        )
        ways = [self.world.kinds.gateway(each, self.world) for each in (heleket, stars, cards, ton)]
        return Gateways.these(*ways, feeds=feeds)

    def _line(self, whom: str) -> BadLine:
        desk, weather = self.world.desks[whom], self.world.weathers[whom]
        return BadLine(whom, AtTheDesk(desk), self.dice, weather, self.world.in_background)

    def _guard(self, name: str) -> Guard:
        return Guard(name, DEPENDENCIES[name], ticks=ticks)

    def chores(self) -> Sequence[Callable[[], Awaitable[object]]]:
        """Everything that a worker does."""
        return self.read, self.poll, self.poll_refunds, self.read_feeds, self.tie_out_days

"""A house with a provider who says what he is told to say."""

from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from attrs import define, field

from altyn.adapters.memory import (
    ManualClock,
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
from altyn.core.balances import AccountName, account_name
from altyn.core.events import Event
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit
from altyn.core.money import RUB, USDT, Asset, Money
from altyn.core.payments import (
    SUSPENSE,
    AllowCheckout,
    Approvals,
    Arrival,
    BookInflows,
    BookMissing,
    BookReversal,
    CancelPayment,
    CarryOutRefund,
    Cashbook,
    CheckPayment,
    CreditHeld,
    DecideNotice,
    DecideRefund,
    Deposit,
    Gateway,
    Gateways,
    GiveHeld,
    Hint,
    Inflow,
    Invoice,
    InvoicePayment,
    Line,
    NoticeForged,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    PollPayments,
    PollRefunds,
    Quote,
    ReadFeed,
    ReadHistory,
    ReadNotices,
    Refund,
    RefundId,
    RefundStage,
    RefundState,
    RenewalChange,
    Report,
    RequestRefund,
    Returning,
    Reversal,
    Routes,
    Rules,
    Sale,
    Stage,
    TakeNotice,
    Uncounted,
    Wish,
    clearing,
    exchange,
    returning,
)
from altyn.core.payments.payment import OURS
from tests.unit.staff import ANNA

USER = account_name("user:1")


def usdt(units: int) -> Money:
    """So many millionths."""
    return Money(units, USDT)


def order(
    number: int = 1,
    pays: int = 1000,
    *,
    gives: Money | None = None,
    target: AccountName = USER,
    method: str = "fake",
    reference: str = "",
    sale: Sale | None = None,
) -> Order:
    """Somebody is asked for money."""
    return Order(
        id=PaymentId(UUID(int=number)),
        payer="user:1",
        target=target,
        method=method,
        quote=Quote(usdt(pays), gives or usdt(pays)),
        reference=reference,
        sale=sale or Sale(),
    )


def wish(number: int = 1, key: str = "in-1", units: int | None = None, **other: Any) -> Wish:
    """Somebody is to be given it back."""
    amount = None if units is None else usdt(units)
    fields = {"method": "fake", "reason": "asked for", "by": ANNA, "amount": amount, **other}
    return Wish(id=RefundId(UUID(int=number)), key=key, **fields)


def rubles(units: int) -> Money:
    """So many kopecks."""
    return Money(units, RUB)


@define
class Scripted:
    """A gateway that answers what it was told to; unless told otherwise all is well."""

    clock: ManualClock
    method: str = "fake"
    lifetime_seconds: int = 3600
    accepts: deque[BaseException | None] = field(factory=deque)
    opens: deque[Invoice | BaseException] = field(factory=deque)
    reports: deque[Report | BaseException] = field(factory=deque)
    finds: deque[Sequence[Inflow | Uncounted] | BaseException] = field(factory=deque)
    calls: list[str] = field(factory=list)
    refunds: deque[RefundStage | BaseException] = field(factory=deque)
    tells: dict[bytes, Sequence[Deposit | Reversal | RenewalChange]] = field(factory=dict)
    claimed: dict[bytes, Sequence[Inflow | Uncounted]] = field(factory=dict)
    listed: list[Sequence[Line]] = field(factory=list)
    returning: Returning = Returning.ONCE
    refunds_are_single: bool = False
    returns_to_sender: bool = True
    lists: bool = True

    def says(self, stage: Stage, *came: Inflow) -> None:
        """When he is asked, next."""
        self.reports.append(Report(stage, came))

    async def accept(self, amount: Money) -> None:
        """As the port says."""
        self._said("accept", self.accepts, None)

    async def open(self, payment: Payment) -> Invoice:
        """As the port says."""
        answer: Invoice = self._said("open", self.opens, Invoice(provider_id=f"p-{payment.id}"))
        return answer

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        """As the port says: the notice is a key, and the number of a payment."""
        if headers.get("sign") != "his":
            raise NoticeForged(self.method)
        key, _, number = raw.decode().partition(" ")
        return Hint(key, PaymentId(UUID(int=int(number))) if number else None, "his-name")

    async def inquire(self, payment: Payment) -> Report:
        """As the port says."""
        answer: Report = self._said("inquire", self.reports, Report(Stage.OPEN))
        return answer

    async def find(self, hint: Hint) -> Sequence[Inflow | Uncounted]:
        """As the port says."""
        answer: Sequence[Inflow | Uncounted] = self._said("find", self.finds, ())
        return answer

    def told(self, raw: bytes) -> Sequence[Deposit | Reversal | RenewalChange]:
        """As the port says: notices of this one are hints, unless something else was scripted."""
        return self.tells.get(raw, ())

    def claims(self, raw: bytes) -> Sequence[Inflow | Uncounted]:
        """As the port says: they do not say how much, unless that was scripted."""
        return self.claimed.get(raw, ())

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        answer: RefundStage = self._said("refund", self.refunds, RefundStage.DONE)
        return answer

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        """As the port says."""
        answer: RefundStage = self._said("inquire_refund", self.refunds, RefundStage.NOTHING)
        return answer

    async def lines(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[Line | Uncounted]]:
        """As the port says."""
        for page in self.listed:
            yield page

    def _said(self, call: str, answers: deque[Any], otherwise: Any) -> Any:
        self.calls.append(call)
        answer = answers.popleft() if answers else otherwise
        if isinstance(answer, BaseException):
            raise answer
        return answer


@define
class Overtaken:
    """A port; right after the first look at it somebody else makes something of what was seen."""

    port: Any
    meanwhile: Callable[[], Awaitable[object]] | None

    async def get(self, *key: Any) -> Any:
        """As the port says."""
        return await self._seen(self.port.get(*key))

    async def due(self, *asked: Any) -> Any:
        """As the port says."""
        return await self._seen(self.port.due(*asked))

    async def _seen(self, looking: Awaitable[Any]) -> Any:
        try:
            return await looking
        finally:
            happens, self.meanwhile = self.meanwhile, None
            if happens is not None:
                await happens()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.port, name)


class House:
    """Everything there is, over memory."""

    def __init__(
        self,
        rules: Rules | None = None,
        arrivals: type[MemoryArrivals] | None = None,
        gateway: Gateway | None = None,
        routes: Routes | None = None,
    ):
        self.clock = clock = ManualClock()
        self.store = store = MemoryStore()
        self.gateway = Scripted(clock)
        self.gateways = gateways = Gateways.these(gateway or self.gateway)
        self.ledger, self.outbox = MemoryLedger(store, clock), MemoryOutbox(store)
        self.payments, self.notices = MemoryPayments(store), MemoryNotices(store)
        self.arrivals = (arrivals or MemoryArrivals)(store)
        payments, ids = self.payments, TimeOrdered(clock)
        self.refunds, self.cursors = MemoryRefunds(store), MemoryCursors(store)
        self.book = book = Cashbook(
            self.arrivals, self.ledger, self.outbox, clock, ids, rules or Rules(), self.refunds
        )
        self.invoice = invoice = InvoicePayment(payments, gateways, book, store, clock)
        self.open = OpenPayment(payments, gateways, book, store, clock, invoice, routes or Routes())
        self.reverse = reverse = BookReversal(payments, self.arrivals, self.refunds, book, store)
        self.check = check = CheckPayment(payments, gateways, book, store, clock, invoice, reverse)
        self.poll = PollPayments(payments, check, clock)
        self.take = TakeNotice(gateways, self.notices, clock)
        self.standings = MemoryStandings(store)
        self.facts = facts = BookInflows(payments, self.standings, book, clock)
        self.read_feed = ReadFeed(self.cursors, facts, store, reverse)
        self.allow = AllowCheckout(payments, clock, gateways, self.standings)
        self.history = ReadHistory(payments, self.refunds, self.arrivals, self.ledger)
        self.read = ReadNotices(self.notices, gateways, check, facts, store, clock, reverse)
        self.trail = MemoryTrail(store)
        self.audit = audit = Audit(self.trail, clock)
        self.decide_notice = DecideNotice(self.notices, book, store, clock, audit)
        self.ask_back = RequestRefund(
            payments, self.arrivals, self.refunds, gateways, book, store, clock, Approvals(), audit
        )
        self.standstill = MemoryStandstill(store)
        self.carry_out = CarryOutRefund(
            payments, self.arrivals, self.refunds, gateways, book, store, clock, self.standstill
        )
        self.decide = DecideRefund(self.carry_out, clock, audit)
        self.poll_refunds = PollRefunds(self.refunds, self.carry_out, clock)
        self.cancel = CancelPayment(payments, book, store, clock, audit)
        self.credit = CreditHeld(payments, self.arrivals, book, store, audit)
        self.fill = BookMissing(check, facts, store, reverse, self.arrivals, audit)
        self.give = GiveHeld(payments, self.arrivals, book, store, audit)

    def inflow(self, units: int, key: str = "in-1", asset: Asset = USDT) -> Inflow:
        """So much has come, now."""
        return Inflow(key=key, amount=Money(units, asset), at=self.clock.now())

    async def comes(self, payment: Payment, *came: Inflow, stage: Stage = Stage.OPEN) -> Payment:
        """The provider says that all of this came."""
        self.gateway.says(stage, *came)
        return await self.check(payment.id)

    async def holds(self, name: str, asset: Asset = USDT) -> int:
        """What an account holds; nothing when nobody opened it."""
        balances = await self.ledger.balances(account_name(name))
        return sum(each.posted.units for each in balances if each.posted.asset == asset)

    async def sound(self) -> None:
        """The books sum to nothing and hold what was noted, each part of it in one place."""
        should: Counter[tuple[str, str]] = Counter()
        sums: Counter[str] = Counter()
        for arrival in self.arrivals._kept.values():
            code = arrival.inflow.amount.asset.code
            should[SUSPENSE, code] += arrival.held.units
            should[clearing(arrival.method), code] -= arrival.inflow.amount.units
        for each in self.ledger._transfers.values():
            source, target, amount = (
                each.transfer.source,
                each.transfer.target,
                each.transfer.amount,
            )
            if source.startswith("losses:"):
                should[source, amount.asset.code] -= amount.units
            if "fees" in (source.partition(":")[0], target.partition(":")[0]):
                should[source, amount.asset.code] -= amount.units
                should[target, amount.asset.code] += amount.units
        for refund in self.refunds._kept.values():
            code, units = refund.amount.asset.code, refund.amount.units
            if refund.state is RefundState.DONE:
                should[clearing(refund.method), code] += units
            elif not refund.ended:
                should[returning(refund.method), code] += units
        for payment in self.payments._kept.values():
            quote, method = payment.order.quote, payment.order.method
            theirs = [
                each
                for each in await self.arrivals.of(payment.id)
                if each.inflow.amount.asset == payment.asked.asset
            ]
            assert payment.came.units == sum(each.inflow.amount.units for each in theirs)
            back = sum(each.returned.units for each in theirs)
            assert payment.returning.units + payment.returned.units == back
            credited = payment.credited.units
            # What was given to somebody else may be a part of what was credited of one arrival.
            theirs_for_sure = sum(each.credited.units for each in theirs if not each.given_to)
            assert theirs_for_sure <= credited <= sum(each.credited.units for each in theirs)
            if quote.exchanges:
                should[exchange(method), quote.pays.asset.code] += credited
                given = credited * quote.gives.units // quote.pays.units
                should[exchange(method), quote.gives.asset.code] -= given
        for account in await self.ledger.accounts():
            posted = (await self.ledger.balance(account.name, account.asset)).posted
            sums[account.asset.code] += posted.units
            assert posted.units >= account.floor_units
            if account.name.partition(":")[0] in OURS:
                assert posted.units == should.pop((account.name, account.asset.code), 0), account
        assert not any(sums.values()), sums
        assert not any(should.values()), should

    async def drawer(self) -> list[Arrival]:
        """What waits for a decision."""
        return list(await self.arrivals.held(100))

    async def told(self) -> list[Event]:
        """What the rest of the house was told since it was asked last."""
        events = await self.outbox.pending(100)
        await self.outbox.delivered([each.id for each in events])
        return list(events)

    async def names(self) -> list[str]:
        """The names of that."""
        return [each.name for each in await self.told()]

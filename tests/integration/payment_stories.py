"""Payments from the first word to the last, through the use cases, wherever they are kept."""

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest
from attrs import Factory, define, evolve, field, frozen

from altyn.adapters.memory import ManualClock, MemoryStandstill, MemoryStore
from altyn.core.balances import AccountName, Auditor, Ledger, account_name
from altyn.core.errors import Refused, Unavailable
from altyn.core.events import Outbox
from altyn.core.identifiers import TimeOrdered
from altyn.core.identity import Audit, Trail
from altyn.core.money import RUB, TON, USDT, XTR, Asset, Money
from altyn.core.payments import (
    Approvals,
    Arrival,
    Arrivals,
    BookInflows,
    BookReversal,
    CarryOutRefund,
    Case,
    Cashbook,
    CheckPayment,
    CreditHeld,
    Cursor,
    CursorMoved,
    Cursors,
    DecideRefund,
    Deposit,
    Gateways,
    GiveHeld,
    Hint,
    Inflow,
    Invoice,
    InvoiceMissing,
    InvoicePayment,
    Line,
    NothingHeld,
    Notices,
    OpenPayment,
    Order,
    Page,
    Payment,
    PaymentId,
    Payments,
    PollPayments,
    PollRefunds,
    ProviderRefused,
    ProviderUnclear,
    Quote,
    ReadFeed,
    ReadNotices,
    Refund,
    RefundId,
    Refunds,
    RefundStage,
    RefundState,
    Report,
    RequestRefund,
    Returning,
    Routes,
    Rules,
    Stage,
    Standings,
    State,
    TakeNotice,
    Term,
    Treatment,
    Wish,
)
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit.payments.ground import NOON, TICK
from altyn.entrypoints.testkit.payments.standing import standing
from altyn.entrypoints.testkit.stumbling import undone
from tests.unit.staff import ANNA, BORIS

ALICE: Final = account_name("user:alice")
BOB: Final = account_name("user:bob")
CLEARING: Final = account_name("clearing:bank")
SUSPENSE: Final = account_name("suspense:unmatched")
RETURNING: Final = account_name("returning:bank")
HOLD_PARTS: Final = Rules({Case.UNDER: Treatment.HOLD})


@define
class Bank:
    """A provider that says what it was told to say; what it found it tells under any hint."""

    method: str = "bank"
    lifetime_seconds: int = 3600
    said: dict[PaymentId, Report] = field(factory=lambda: defaultdict(lambda: Report(Stage.OPEN)))
    found: Sequence[Inflow] = ()
    refuses: Refused | Unavailable | None = None
    opened: set[PaymentId] = field(factory=set)
    refunds: list[RefundStage | Refused] = field(factory=list)
    asked_back: list[RefundId] = field(factory=list)
    returning: Returning = Returning.ONCE
    refunds_are_single: bool = False
    returns_to_sender: bool = True
    lists: bool = True

    async def accept(self, amount: Money) -> None:
        """Anything."""

    async def open(self, payment: Payment) -> Invoice:
        if self.refuses is not None:
            raise self.refuses
        self.opened.add(payment.id)
        return Invoice(provider_id=f"inv-{payment.id}", link="https://bank.example/")

    def prove(self, raw: bytes, headers: Mapping[str, str]) -> Hint:
        told = json.loads(raw)
        about = PaymentId(UUID(told["payment"])) if told["payment"] else None
        return Hint(told["key"], about)

    async def inquire(self, payment: Payment) -> Report:
        if payment.id not in self.opened:
            raise InvoiceMissing(payment.id, self.method)
        return self.said[payment.id]

    async def find(self, hint: Hint) -> Sequence[Inflow]:
        return self.found

    def told(self, raw: bytes) -> Sequence[Deposit]:
        return ()

    def claims(self, raw: bytes) -> Sequence[Inflow]:
        return ()

    async def refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        self.asked_back.append(refund.id)
        return await self.inquire_refund(refund, arrival)

    async def inquire_refund(self, refund: Refund, arrival: Arrival) -> RefundStage:
        said = self.refunds.pop(0)
        if isinstance(said, Refused):
            raise said
        return said

    async def lines(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Line]]:
        yield ()


@frozen
class Book:
    """A feed of one page, told again for ever."""

    deposits: Sequence[Deposit]
    name: str = "bank:book"
    method: str = "bank"
    every_seconds: float = 60

    async def page(self, position: str) -> Page:
        return Page(self.deposits, position="end", until=self.deposits[-1].inflow.at, last=True)


@frozen(kw_only=True)
class House:
    """One process: the use cases of payments over the storage that it was given."""

    payments: Payments
    arrivals: Arrivals
    refunds: Refunds
    standings: Standings
    cursors: Cursors
    notices: Notices
    ledger: Ledger
    outbox: Outbox
    trail: Trail
    transaction: Transaction
    clock: ManualClock
    bank: Bank
    rules: Rules = field(factory=Rules)
    cashbook: Cashbook = field(
        init=False,
        default=Factory(
            lambda self: Cashbook(
                self.arrivals,
                self.ledger,
                self.outbox,
                self.clock,
                TimeOrdered(self.clock),
                self.rules,
                self.refunds,
            ),
            takes_self=True,
        ),
    )

    @property
    def gateways(self) -> Gateways:
        return Gateways.these(self.bank)

    @property
    def invoice(self) -> InvoicePayment:
        return InvoicePayment(
            self.payments, self.gateways, self.cashbook, self.transaction, self.clock
        )

    @property
    def open(self) -> OpenPayment:
        return OpenPayment(
            self.payments,
            self.gateways,
            self.cashbook,
            self.transaction,
            self.clock,
            self.invoice,
            Routes(),
        )

    @property
    def check(self) -> CheckPayment:
        return CheckPayment(
            self.payments,
            self.gateways,
            self.cashbook,
            self.transaction,
            self.clock,
            self.invoice,
            self.reverse,
        )

    @property
    def reverse(self) -> BookReversal:
        return BookReversal(
            self.payments, self.arrivals, self.refunds, self.cashbook, self.transaction
        )

    @property
    def poll(self) -> PollPayments:
        return PollPayments(self.payments, self.check, self.clock)

    @property
    def take(self) -> TakeNotice:
        return TakeNotice(self.gateways, self.notices, self.clock)

    @property
    def read(self) -> ReadNotices:
        return ReadNotices(
            self.notices,
            self.gateways,
            self.check,
            self.book,
            self.transaction,
            self.clock,
            self.reverse,
        )

    @property
    def book(self) -> BookInflows:
        return BookInflows(self.payments, self.standings, self.cashbook, self.clock)

    @property
    def read_feed(self) -> ReadFeed:
        return ReadFeed(self.cursors, self.book, self.transaction, self.reverse)

    @property
    def audit(self) -> Audit:
        return Audit(self.trail, self.clock)

    @property
    def ask_back(self) -> RequestRefund:
        return RequestRefund(
            self.payments,
            self.arrivals,
            self.refunds,
            self.gateways,
            self.cashbook,
            self.transaction,
            self.clock,
            Approvals(),
            self.audit,
        )

    @property
    def carry_out(self) -> CarryOutRefund:
        return CarryOutRefund(
            self.payments,
            self.arrivals,
            self.refunds,
            self.gateways,
            self.cashbook,
            self.transaction,
            self.clock,
            MemoryStandstill(MemoryStore()),
        )

    @property
    def decide(self) -> DecideRefund:
        return DecideRefund(self.carry_out, self.clock, self.audit)

    @property
    def poll_refunds(self) -> PollRefunds:
        return PollRefunds(self.refunds, self.carry_out, self.clock)

    @property
    def credit_held(self) -> CreditHeld:
        return CreditHeld(self.payments, self.arrivals, self.cashbook, self.transaction, self.audit)

    @property
    def give_held(self) -> GiveHeld:
        return GiveHeld(self.payments, self.arrivals, self.cashbook, self.transaction, self.audit)

    async def asked(self, quote: Quote, target: AccountName = ALICE) -> Payment:
        """A payment that was opened."""
        id = PaymentId(uuid4())
        order = Order(id=id, payer=target, target=target, method="bank", quote=quote)
        return await self.open(order)

    async def told(self, key: str, payment: PaymentId | None) -> bool:
        """The bank tells us, and whether it was new."""
        raw = json.dumps({"key": key, "payment": str(payment) if payment else None})
        return await self.take("bank", raw.encode(), {})

    async def holds(self, name: AccountName, asset: Asset) -> int:
        """What an account holds, in smallest units."""
        return (await self.ledger.balance(name, asset)).posted.units

    async def sums(self) -> Mapping[str, int]:
        """All accounts together, by asset."""
        sums: Counter[str] = Counter()
        for account in await self.ledger.accounts(limit=1000):
            sums[account.asset.code] += await self.holds(account.name, account.asset)
        return sums

    async def events(self) -> list[str]:
        """The names of all that is on its way out."""
        return [each.name for each in await self.outbox.pending(1000)]


def wish(key: str, amount: Money | None = None) -> Wish:
    """Somebody wants that back."""
    return Wish(
        id=RefundId(uuid4()), method="bank", key=key, amount=amount, reason="asked", by=ANNA
    )


def flow(key: str, units: int, at: datetime, asset: Asset = USDT) -> Inflow:
    """So much that came, as the bank says."""
    return Inflow(key=key, amount=Money(units, asset), at=at)


async def sound(auditor: Auditor, house: House) -> bool:
    """Whether the books agree with their history, and all of it sums to nothing."""
    found = [str(each.finding) async for each in auditor.examine() if each.finding]
    assert found == []
    assert set((await house.sums()).values()) <= {0}
    return True


class PaymentStories:
    """Subclass it and override the fixtures `house` and `auditor`, of one storage."""

    @pytest.fixture
    def house(self) -> House:
        raise NotImplementedError("override the fixture `house`")

    @pytest.fixture
    def auditor(self) -> Auditor:
        raise NotImplementedError("override the fixture `auditor`")

    async def test_money_comes_in(self, house: House, auditor: Auditor) -> None:
        """Opened, told, read, settled: told again and asked again, it comes once."""
        quote = Quote(Money(1_500_000, USDT), Money(1_38_00, RUB))
        payment = await house.asked(quote)
        assert (payment.state, payment.link) == (State.PENDING, "https://bank.example/")
        assert await house.open(payment.order) == payment
        part = flow("a", 500_000, house.clock.now())
        house.bank.said[payment.id] = Report(Stage.SEEN, [part])
        assert await house.told("first", payment.id) is True
        assert await house.told("first", payment.id) is False
        assert await house.read() == 1
        assert (await house.payments.get(payment.id)).state is State.CONFIRMING
        assert await house.holds(ALICE, RUB) == 46_00
        rest = flow("b", 1_000_000, house.clock.now())
        house.bank.said[payment.id] = Report(Stage.CLOSED, [part, rest])
        assert await house.told("second", payment.id) is True
        assert await house.read() == 1
        for _ in range(2):
            settled = await house.check(payment.id)
            assert (settled.state, settled.credited) == (State.SETTLED, quote.pays)
        house.clock.advance(hours=2)
        assert await house.read() == await house.poll() == 0
        assert await house.holds(ALICE, RUB) == 1_38_00
        assert await house.holds(CLEARING, USDT) == -1_500_000
        names = ["payment.pending", "arrival.credited", "payment.confirming", "arrival.credited"]
        assert await house.events() == [*names, "payment.settled"]
        cases = [each.case for each in await house.arrivals.of(payment.id)]
        assert cases == [Case.UNDER, Case.EXACT]
        assert await sound(auditor, house)

    async def test_the_poller_finds_what_nobody_told(self, house: House, auditor: Auditor) -> None:
        """More than was asked for, which is credited too."""
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        came = flow("a", 130, house.clock.now(), XTR)
        house.bank.said[payment.id] = Report(Stage.CLOSED, [came])
        assert await house.poll() == 0
        house.clock.advance(minutes=1)
        assert await house.poll() == 1
        assert (await house.payments.get(payment.id)).state is State.OVERPAID
        assert await house.holds(ALICE, XTR) == 130
        assert await sound(auditor, house)

    async def test_what_the_provider_refused_stays_failed(self, house: House) -> None:
        """That he knows nothing of it later is no reason to ask for it again."""
        house.bank.refuses = ProviderRefused("bank", "not in this country")
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        assert payment.state is State.FAILED
        house.bank.refuses = None
        for _ in range(3):
            house.clock.advance(minutes=10)
            assert await house.poll() == 1
            assert (await house.payments.get(payment.id)).state is State.FAILED
        assert house.bank.opened == set()
        assert await house.events() == ["payment.failed"]

    async def test_whatever_the_provider_says_is_kept(self, house: House) -> None:
        """Several lines of it, and more than there is room for."""
        house.bank.refuses = ProviderUnclear("bank", "first line\nsecond\x00line" + "!" * 9000)
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        assert payment.state is State.UNKNOWN
        assert "first line second line!!!" in payment.told
        assert await house.payments.get(payment.id) == payment

    async def test_people_decide_about_the_rest(self, house: House, auditor: Auditor) -> None:
        """Another asset and what nobody expected wait in the drawer until somebody gives them."""
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        other = flow("ton", 7, house.clock.now(), TON)
        house.bank.said[payment.id] = Report(Stage.CLOSED, [other])
        assert (await house.check(payment.id)).state is State.UNDERPAID
        house.bank.found = [flow("lost", 9, house.clock.now(), TON)]
        for key in ("one", "two"):
            assert await house.told(key, None)
            assert await house.read() == 1
        assert await house.holds(SUSPENSE, TON) == 16
        assert {each.inflow.key for each in await house.arrivals.held(10)} == {"ton", "lost"}
        await house.give_held("bank", "ton", ALICE, ANNA)
        await house.give_held("bank", "lost", BOB, ANNA)
        for key in ("ton", "lost"):
            with pytest.raises(NothingHeld):
                await house.give_held("bank", key, BOB, ANNA)
        held = [await house.holds(name, TON) for name in (SUSPENSE, ALICE, BOB)]
        assert held == [0, 7, 9]
        assert await house.arrivals.held(10) == []
        assert await sound(auditor, house)

    async def test_what_is_undone_leaves_nothing_behind(
        self, house: House, auditor: Auditor
    ) -> None:
        """What comes of several ports is kept by one transaction, or not at all."""
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        before = await house.events()
        came = [flow("a", 100, house.clock.now(), XTR)]
        async with undone(house.transaction):
            mine = await house.payments.get(payment.id)
            after = (await house.cashbook.book(mine, came)).reported(Stage.CLOSED)
            await house.payments.put(after, was=mine.state)
            await house.cashbook.tell_change(mine, after)
            assert await house.holds(ALICE, XTR) == 100
        assert await house.payments.get(payment.id) == payment
        assert await house.arrivals.of(payment.id) == []
        assert await house.events() == before
        assert await house.holds(ALICE, XTR) == 0
        house.bank.said[payment.id] = Report(Stage.CLOSED, came)
        assert (await house.check(payment.id)).state is State.SETTLED
        assert await house.holds(ALICE, XTR) == 100
        assert await sound(auditor, house)

    async def test_money_goes_back(self, house: House, auditor: Auditor) -> None:
        """A part, which is refused, and then all of it: set aside, asked for once, gone."""
        payment = await house.asked(Quote(Money(1_500_000, USDT), Money(1_38_00, RUB)))
        came = flow("a", 1_500_000, house.clock.now())
        house.bank.said[payment.id] = Report(Stage.CLOSED, [came])
        await house.check(payment.id)
        part = await house.ask_back(wish("a", Money(500_000, USDT)))
        going = await house.payments.get(payment.id)
        assert (going.state, going.credited.units) == (State.REFUNDING, 1_000_000)
        assert [await house.holds(ALICE, RUB), await house.holds(RETURNING, USDT)] == [
            92_00,
            500_000,
        ]
        house.bank.refunds = [ProviderRefused("bank", "too late")]
        assert (await house.carry_out(part.id)).state is RefundState.FAILED
        again = await house.payments.get(payment.id)
        assert (again.state, again.credited.units) == (State.SETTLED, 1_500_000)
        assert await house.holds(ALICE, RUB) == 1_38_00
        whole = await house.ask_back(wish("a"))
        house.bank.refunds = [RefundStage.ACCEPTED, RefundStage.DONE]
        for _ in range(2):
            assert await house.poll_refunds() == 1
            house.clock.advance(minutes=5)
        assert await house.poll_refunds() == 0
        assert (await house.refunds.get(whole.id)).state is RefundState.DONE
        gone = await house.payments.get(payment.id)
        assert (gone.state, gone.returned) == (State.REFUNDED, gone.came)
        assert house.bank.asked_back == [part.id, whole.id]
        accounts = (ALICE, RUB), (RETURNING, USDT), (CLEARING, USDT)
        assert [await house.holds(*each) for each in accounts] == [0, 0, 0]
        assert await sound(auditor, house)

    async def test_what_is_large_takes_two(self, house: House, auditor: Auditor) -> None:
        """Nobody agrees, and it is where it was; somebody does, and it goes."""
        async with house.transaction():
            flows = [flow(key, 200_000_000, house.clock.now()) for key in ("one", "two")]
            assert await house.cashbook.hold("bank", flows) == 2
        one = await house.ask_back(wish("one"))
        house.clock.advance(seconds=1)
        two = await house.ask_back(wish("two"))
        assert list(await house.refunds.waiting(10)) == [one, two]
        assert await house.holds(SUSPENSE, USDT) == 0
        assert (await house.decide.decline(one.id, BORIS, "no")).state is RefundState.DECLINED
        await house.decide.approve(two.id, BORIS)
        house.bank.refunds = [RefundStage.DONE]
        assert (await house.carry_out(two.id)).state is RefundState.DONE
        assert await house.holds(SUSPENSE, USDT) == 200_000_000
        assert [each.inflow.key for each in await house.arrivals.held(10)] == ["one"]
        await house.give_held("bank", "one", BOB, BORIS)
        assert (await house.arrivals.get("bank", "one")).given_to == BOB
        assert await house.holds(CLEARING, USDT) == -200_000_000
        assert await sound(auditor, house)

    @pytest.mark.parametrize("case", [Case.OVER, Case.LATE, Case.DOUBLE])
    async def test_what_a_rule_sends_back_goes_at_once(
        self, house: House, auditor: Auditor, case: Case
    ) -> None:
        """Out of whatever state the payment is in."""
        house = evolve(house, rules=Rules({case: Treatment.RETURN}))
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        if case is Case.LATE:
            house.clock.advance(hours=2)
        came = [flow("a", 130 if case is Case.OVER else 100, house.clock.now(), XTR)]
        if case is Case.DOUBLE:
            came.append(flow("b", 100, house.clock.now(), XTR))
        came = [evolve(each, sender="alice") for each in came]
        house.bank.said[payment.id] = Report(Stage.CLOSED, came)
        assert (await house.check(payment.id)).state is State.REFUNDING
        house.bank.refunds = [RefundStage.DONE]
        assert await house.poll_refunds() == 1
        ended = State.REFUNDED if case is Case.LATE else State.OVERPAID
        after = await house.payments.get(payment.id)
        assert (after.state, after.credited.units) == (ended, 0 if case is Case.LATE else 100)
        assert await house.holds(CLEARING, XTR) == -after.credited.units
        assert await sound(auditor, house)

    async def test_what_a_feed_tells_is_kept_with_its_place(
        self, house: House, auditor: Auditor
    ) -> None:
        """For a payment of ours, and for none; told again, nothing is new."""
        payment = await house.asked(Quote.plain(Money(100, XTR)))
        ours, lost = (flow(key, 100, house.clock.now(), XTR) for key in ("ours", "lost"))
        feed = Book([Deposit(ours, payment.id), Deposit(lost)])
        for _ in range(2):
            assert await house.read_feed(feed) == 1
            assert await house.cursors.get(feed.name) == Cursor(feed.name, "end", lost.at)
        assert (await house.payments.get(payment.id)).state is State.SETTLED
        assert [await house.holds(name, XTR) for name in (ALICE, SUSPENSE)] == [100, 100]
        assert await sound(auditor, house)

    async def test_a_place_may_be_a_moment_alone(self, house: House) -> None:
        """As the tie-out of each day has it; whoever is late by a day is told so."""
        start, day = Cursor("tie-out:bank"), Cursor("tie-out:bank", until=NOON)
        await house.cursors.put(day, was=start)
        with pytest.raises(CursorMoved):
            await house.cursors.put(day, was=start)
        await house.cursors.put(evolve(day, until=NOON + TICK), was=day)
        with pytest.raises(CursorMoved):
            await house.cursors.put(day, was=day)
        assert (await house.cursors.get(day.feed)).until == NOON + TICK

    async def test_whoever_pays_again_and_again_is_credited(
        self, house: House, auditor: Auditor
    ) -> None:
        """Each time under the same order, until it ends: then it waits."""
        stands = await house.standings.add(standing())

        async def booked(*keys: str) -> int:
            flows = [flow(key, 5, house.clock.now(), XTR) for key in keys]
            async with house.transaction():
                return await house.book.all("bank", PaymentId(stands.id), flows)

        assert await booked("one", "two", "two") == 3
        paid_for = await house.standings.get(stands.id)
        assert paid_for.term == Term(charge="one", until=house.clock.now() + timedelta(days=30))
        await house.standings.put(evolve(paid_for, ended=True))
        assert await booked("three") == 0
        assert [await house.holds(name, XTR) for name in (ALICE, SUSPENSE)] == [10, 5]
        paid = await house.payments.of("user:alice", 9)
        assert [each.state for each in paid] == [State.SETTLED] * 2
        assert await sound(auditor, house)

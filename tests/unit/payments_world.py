"""A small world in which people pay, notices wander, providers fall silent and processes die."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from attrs import define, field, frozen

from altyn.adapters.http import Answer, Calls, NoAnswer
from altyn.adapters.memory import (
    MemoryArrivals,
    MemoryLedger,
    MemoryNotices,
    MemoryOutbox,
    MemoryPayments,
    MemoryStore,
)
from altyn.core.balances import account_name
from altyn.core.errors import AltynError, Conflict
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import RUB, USDT, Money
from altyn.core.payments import (
    SUSPENSE,
    Arrivals,
    Case,
    Cashbook,
    CheckPayment,
    CreditHeld,
    Gateway,
    Gateways,
    InvoicePayment,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    PollPayments,
    Quote,
    ReadNotices,
    Rules,
    State,
    TakeNotice,
    Treatment,
    clearing,
    exchange,
)
from altyn.core.resilience import NotExecuted
from altyn.entrypoints.sandbox import HeleketDesk
from tests.unit.heleket_outside import AtTheDesk, gateway_of

START: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE, HOUR = 60.0, 3600.0


class Crash(BaseException):
    """The process died here."""


@frozen
class LoopClock:
    """The time of the running loop, as a calendar."""

    def now(self) -> datetime:
        """The present."""
        return START + timedelta(seconds=round(asyncio.get_running_loop().time(), 6))


@define
class Dice:
    """What goes wrong, and when; nothing does once the world has calmed down."""

    random: Random
    calm: bool = False
    log: list[tuple[float, str]] = field(factory=list)
    """Everything that was asked of a port or went wrong, and when."""

    def say(self, chance: float) -> bool:
        """Whether it happens this time."""
        return not self.calm and self.random.random() < chance

    def note(self, what: str) -> None:
        """Something happens."""
        self.log.append((asyncio.get_running_loop().time(), what))

    def perhaps_crash(self, chance: float = 0.02) -> None:
        """Die, perhaps."""
        if self.say(chance):
            self.note("crash")
            raise Crash


@frozen
class Mortal:
    """A port behind which the process may die before and after each call."""

    port: Any
    dice: Dice

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.port, name)

        async def called(*args: Any, **named: Any) -> Any:
            self.dice.note(name)
            self.dice.perhaps_crash()
            answer = await call(*args, **named)
            self.dice.perhaps_crash()
            return answer

        return called


@frozen
class MortalTransaction:
    """A transaction that may die before it begins, before it commits, and after."""

    store: MemoryStore
    dice: Dice

    @property
    def active(self) -> bool:
        """As the port says."""
        return self.store.active

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """As the port says."""
        self.dice.perhaps_crash()
        async with self.store():
            yield
            self.dice.perhaps_crash()
        self.dice.perhaps_crash()


@frozen
class BadLine:
    """The way to the provider: slow, and not always there, on the way out or on the way back."""

    line: Calls
    dice: Dice

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One call."""
        await asyncio.sleep(self.dice.random.uniform(0.01, 5))
        if self.dice.say(0.1):
            raise NotExecuted("the line is down")
        answer = await self.line(method, path, body=body, headers=headers)
        await asyncio.sleep(self.dice.random.uniform(0.01, 5))
        if self.dice.say(0.15):
            raise NoAnswer("heleket", "the line broke")
        self.dice.perhaps_crash()
        return Answer(500, {}, b"oops") if self.dice.say(0.1) else answer


@define(slots=False)
class World:
    """Everything there is; made from a seed, it always goes the same way."""

    seed: int
    people: int = 6
    rules: Rules = field(factory=Rules)
    store: MemoryStore = field(factory=MemoryStore, init=False)
    orders: list[Order] = field(factory=list, init=False)

    # What a test of this test may put a mistake into.
    cashbook_kind: type[Cashbook] = field(default=Cashbook, init=False)
    invoice_kind: type[InvoicePayment] = field(default=InvoicePayment, init=False)
    read_kind: type[ReadNotices] = field(default=ReadNotices, init=False)
    quote_kind: type[Quote] = field(default=Quote, init=False)

    def __attrs_post_init__(self) -> None:
        self.dice = Dice(Random(self.seed))
        self.clock = LoopClock()
        names = Random(self.seed)
        self.desk = HeleketDesk(self.clock, fresh=lambda: UUID(int=names.getrandbits(128)))
        self.identifiers = TimeOrdered(self.clock, names.getrandbits)
        self.ledger = MemoryLedger(self.store, self.clock)
        self.outbox = MemoryOutbox(self.store)
        self.payments = MemoryPayments(self.store)
        self.arrivals = self.place_of_arrivals()
        self.notices = MemoryNotices(self.store)
        self.build()

    def place_of_arrivals(self) -> Arrivals:
        """Where arrivals are kept."""
        return MemoryArrivals(self.store)

    def gateway(self) -> Gateway:
        """The way to the provider."""
        return gateway_of(self.desk, BadLine(AtTheDesk(self.desk), self.dice), self.clock)

    def build(self) -> None:
        """The house, over what was kept."""
        dice, clock = self.dice, self.clock
        payments, arrivals = Mortal(self.payments, dice), Mortal(self.arrivals, dice)
        ledger, outbox = Mortal(self.ledger, dice), Mortal(self.outbox, dice)
        notices, transaction = Mortal(self.notices, dice), MortalTransaction(self.store, dice)
        gateways = Gateways.these(self.gateway())
        book = self.cashbook_kind(arrivals, ledger, outbox, clock, self.identifiers, self.rules)
        invoice = self.invoice_kind(payments, gateways, book, transaction, clock)
        self.open = OpenPayment(payments, gateways, book, transaction, clock, invoice)
        self.check = CheckPayment(payments, gateways, book, transaction, clock, invoice)
        self.poll = PollPayments(payments, self.check, clock)
        self.take = TakeNotice(gateways, notices, clock)
        self.read = self.read_kind(notices, gateways, self.check, book, transaction, clock)
        self.credit = CreditHeld(payments, arrivals, book, transaction)

    async def live(self) -> None:
        """Days pass; in the end nothing goes wrong any more, and everything is caught up with."""
        async with asyncio.TaskGroup() as group:
            jobs = (self.work, self.work, self.carry, self.decide, self.decide)
            working = [group.create_task(job()) for job in jobs]
            async with asyncio.TaskGroup() as people:
                for number in range(self.people):
                    people.create_task(self.somebody(number))
            await asyncio.sleep(HOUR)
            self.dice.calm = True
            await asyncio.sleep(30 * HOUR)
            for each in working:
                each.cancel()

    async def somebody(self, number: int) -> None:
        """Orders, and pays as people do."""
        random = self.dice.random
        await asyncio.sleep(random.uniform(0, 20 * MINUTE))
        pays = Money(random.randint(1, 10) * 1_000_000 + random.randint(0, 1), USDT)
        gives = pays if number % 2 else Money(pays.units * 9 // 1000, RUB)
        order = Order(
            id=PaymentId(UUID(int=random.getrandbits(128))),
            payer=f"user:{number}",
            target=account_name(f"user:{number}"),
            method="heleket",
            quote=self.quote_kind(pays, gives),
        )
        self.orders.append(order)
        await self.until_done(lambda: self.open(order))
        for _ in range(100):
            if order.id.hex in self.desk.invoices:
                break
            await self.pause(MINUTE)
        else:
            return  # whoever is not told how to pay goes away
        if random.random() < 0.2:
            self.desk.confirm(order.id.hex, Money(pays.units // 2, USDT).decimal)
            await asyncio.sleep(random.uniform(0, 10 * MINUTE))
            self.desk.vanish(order.id.hex)
        if random.random() < 0.2:
            self.desk.notices.append(self.desk.test_notice(order_id=order.id.hex))
        for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
            await asyncio.sleep(random.choice((MINUTE, 10 * MINUTE, 2 * HOUR)) * random.random())
            share = random.choice((1, 1, 1, 0.25, 0.5, 1.5))
            amount = Money(max(int(pays.units * share), 1), USDT)
            self.desk.pay(order.id.hex, amount.decimal)

    async def work(self) -> None:
        """A worker: it dies now and then, and another one begins."""
        while True:
            await self.pause(MINUTE)
            try:
                await self.read()
                await self.poll()
            except (Crash, AltynError):
                self.build()

    async def carry(self) -> None:
        """Notices go out once to three times, in any order, and until they are acknowledged."""
        carried = 0
        async with asyncio.TaskGroup() as group:
            while True:
                await self.pause(MINUTE)
                self.desk.lapse()
                for raw in self.desk.notices[carried:]:
                    carried += 1
                    for _ in range(self.dice.random.randint(1, 3)):
                        group.create_task(self.deliver(raw))

    async def deliver(self, raw: bytes) -> None:
        """One notice, once; whoever is not acknowledged comes again."""
        await asyncio.sleep(self.dice.random.uniform(0, 30 * MINUTE))
        await self.until_done(lambda: self.take("heleket", raw, {}))

    async def decide(self) -> None:
        """A clerk, and he is not alone: gives what waits to whoever it was meant for."""
        while True:
            await self.pause(20 * MINUTE)
            waiting = await self.arrivals.held(2)
            with suppress(Crash, Conflict):
                for each in waiting:
                    await self.credit(*each.key, by="clerk")

    async def pause(self, seconds: float) -> None:
        """A while; in calm times nobody is in a hurry."""
        await asyncio.sleep(self.dice.random.uniform(1, HOUR if self.dice.calm else seconds))

    async def until_done(self, step: Callable[[], Awaitable[Any]]) -> None:
        """Try again, as people and providers do."""
        while True:
            try:
                await step()
            except (Crash, AltynError):
                self.build()
                await asyncio.sleep(self.dice.random.uniform(1, 30))
            else:
                return

    async def judge(self) -> None:
        """What came is credited or in the drawer, once; the books agree with the desk."""
        assert set(self.desk.invoices) == {order.id.hex for order in self.orders}
        came_by_desk = 0
        for order in self.orders:
            invoice = self.desk.invoices[order.id.hex]
            paid = Money.parse(invoice["payment_amount"] or "0", USDT)
            came_by_desk += paid.units
            payment = await self.payments.get(order.id)
            assert payment.came == paid, (payment, json.dumps(invoice))
            assert payment.state is state_of(payment), payment
            assert payment.check_at is None
            arrivals = await self.arrivals.of(order.id)
            assert sum(each.inflow.amount.units for each in arrivals) == paid.units
            for each in arrivals:
                assert not each.held.units or self.rules.treatment(each.case) is Treatment.HOLD
                assert not each.held.units or each.case is not Case.UNDER or paid < payment.asked
            credited = sum(each.credited.units for each in arrivals)
            assert payment.credited.units == credited
            balance = await self.ledger.balance(order.target, order.quote.gives.asset)
            worth = credited * order.quote.gives.units // order.quote.pays.units
            assert balance.posted.units == worth, (payment, balance)
        held = await self.units(SUSPENSE)
        gone = await self.units(clearing("heleket"))
        assert gone == -came_by_desk
        users = [await self.units(each.target, USDT) for each in self.orders]
        assert sum(users) + held + gone + await self.units(exchange("heleket"), USDT) == 0
        assert await self.notices.waiting(self.clock.now() + timedelta(days=2), 10) == []

    async def units(self, name: Any, asset: Any = USDT) -> int:
        """What an account holds; nothing when nobody opened it."""
        return sum(
            each.posted.units
            for each in await self.ledger.balances(name)
            if each.posted.asset == asset
        )


def state_of(payment: Payment) -> State:
    """In which state it has to be when the day is over."""
    if not payment.came.units:
        return State.EXPIRED
    if payment.came < payment.asked:
        return State.UNDERPAID
    return State.SETTLED if payment.came == payment.asked else State.OVERPAID


async def story(world: World) -> None:
    """Live, and be judged."""
    await world.live()
    await world.judge()

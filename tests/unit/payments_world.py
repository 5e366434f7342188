"""A small world in which people pay, notices wander, providers fall silent and processes die."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from altyn.adapters.memory import (
    MemoryCursors,
    MemoryLedger,
    MemoryNotices,
    MemoryOutbox,
    MemoryPayments,
    MemoryRefunds,
    MemoryStandings,
    MemoryStore,
)
from altyn.core.balances import Account
from altyn.core.errors import AltynError, Unavailable
from altyn.core.identifiers import TimeOrdered
from altyn.core.money import RUB, TON, USDT, XTR, Money
from altyn.core.payments import Feed, Order, PaymentId, Rules, StandingOrder
from altyn.entrypoints.sandbox import HeleketDesk, TelegramDesk
from altyn.entrypoints.sandbox.ton import TonDesk
from altyn.entrypoints.wiring.methods import TREATMENTS
from tests.unit.payments_world_fate import (
    HOUR,
    MINUTE,
    Crash,
    Dice,
    LoopClock,
    Weather,
)
from tests.unit.payments_world_house import OURS, House, Kinds
from tests.unit.payments_world_office import clerks
from tests.unit.payments_world_people import GOODS, customer, stranger_pays

Told = TypeVar("Told")
PEOPLE: Final = 9


@frozen
class Sent:
    """What somebody sent us on the chain."""

    payment: PaymentId | None
    amount: Money
    key: str
    silent: bool


@define
class Process:
    """One of those in which the house runs; when it dies the next one begins."""

    world: "World"
    house: House = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Over what was kept."""
        self.house = House(self.world)

    async def until_done(self, step: Callable[[House], Awaitable[Told]]) -> Told | AltynError:
        """Try again, as people and providers do, until there is an answer or a no."""
        while True:
            try:
                return await step(self.house)
            except Crash:
                self.begin()
            except Unavailable:
                pass
            except AltynError as no:
                return no
            await asyncio.sleep(self.world.dice.random.uniform(1, 30))

    async def work(self, chores: Sequence[int]) -> None:
        """Do chores of a worker side by side; whoever dies takes those beside along."""
        its = self.house.chores()
        try:
            async with asyncio.TaskGroup() as group:
                for chore in chores:
                    group.create_task(_done(its[chore]))
        except* Crash:
            self.begin()


async def _done(chore: Callable[[], Awaitable[object]]) -> None:
    with suppress(AltynError):
        await chore()


@define(slots=False)
class World:
    """Everything there is; made from a seed, it always goes the same way."""

    seed: int
    rules: Rules = field(factory=lambda: Rules(of_method=TREATMENTS))
    kinds: Kinds = field(factory=Kinds)
    people: int = PEOPLE
    store: MemoryStore = field(factory=MemoryStore, init=False)
    orders: dict[PaymentId, Order] = field(factory=dict, init=False)
    standing: dict[str, StandingOrder] = field(factory=dict, init=False)
    """By their names at Heleket."""
    sent: list[Sent] = field(factory=list, init=False)
    outside: set[str] = field(factory=set, init=False)
    """What went back by hand at the provider's: invoices of Heleket, and charges of Telegram."""

    def __attrs_post_init__(self) -> None:
        self.dice = Dice(Random(self.seed))
        self.clock = LoopClock()
        names = Random(self.seed)
        self.identifiers = TimeOrdered(self.clock, names.getrandbits)
        self.ledger, self.outbox = MemoryLedger(self.store, self.clock), MemoryOutbox(self.store)
        self.payments, self.notices = MemoryPayments(self.store), MemoryNotices(self.store)
        self.refunds, self.cursors = MemoryRefunds(self.store), MemoryCursors(self.store)
        self.standings = MemoryStandings(self.store)
        self.arrivals = self.kinds.arrivals(self.store)
        self.heleket = HeleketDesk(self.clock, fresh=lambda: UUID(int=names.getrandbits(128)))
        self.telegram = TelegramDesk(self.clock)
        self.ton = TonDesk(self.clock)
        self.second = TonDesk(self.clock, self.ton.chain)
        self.desks = {
            "heleket": self.heleket,
            "telegram": self.telegram,
            "reader1": self.ton,
            "reader2": self.second,
        }
        self.weathers = {name: Weather(self.dice) for name in self.desks}

    async def live(self) -> None:
        """Days pass; in the end nothing goes wrong any more, and everything is caught up with."""
        random = self.dice.random
        async with asyncio.TaskGroup() as self.group:
            self.front, self.office = Process(self), Process(self)
            await self.open_shop()
            jobs = [
                self.group.create_task(job)
                for job in (
                    self.work(),
                    *(each.change() for each in self.weathers.values()),
                    clerks(self),
                    self.carry(),
                    self.fate(),
                )
            ]
            async with asyncio.TaskGroup() as people:
                for number in range(self.people):
                    people.create_task(customer(self, number))
                for number in range(random.randint(0, 3)):
                    people.create_task(stranger_pays(self, number))
            await asyncio.sleep(HOUR)
            self.calm_down()
            await asyncio.sleep(30 * HOUR)
            for each in jobs:
                each.cancel()

    async def open_shop(self) -> None:
        """Before anybody pays: Telegram is told where we are, and feeds are read for once."""
        if self.dice.random.random() < 0.7:
            self.ton.external(OURS)
        for asset in (USDT, TON, XTR, RUB):
            await self.ledger.open(Account(GOODS, asset))
        await self.front.until_done(lambda house: house.announce())
        for feed in self.front.house.gateways.feeds:
            await self.front.until_done(partial(read_of, feed=feed))

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Somebody sees to it, while the world goes on."""
        self.group.create_task(work)

    async def pause(self, seconds: float) -> None:
        """A while; in calm times nobody is in a hurry."""
        await asyncio.sleep(self.dice.random.uniform(1, 2 * HOUR if self.dice.calm else seconds))

    def sends(self, payment: PaymentId | None, amount: Money, memo: str | None, **how: Any) -> None:
        """Somebody sends us coins or jettons on the chain."""
        if amount.asset == USDT:
            made = self.ton.send_jetton(OURS, amount.units, memo, **how)
        else:
            made = self.ton.send(OURS, amount.units, memo, **how)
        came = made.outcome.back != "ok" and not how.get("false_wallet")
        if memo is None or "thank" in memo or "hello" in memo or how.get("encrypted"):
            payment = None
        if came:
            silent = how.get("notify") is False
            self.sent.append(Sent(None if silent else payment, amount, made.hash.hex(), silent))

    def calm_down(self) -> None:
        """Whatever went wrong is over."""
        self.dice.calm = True
        self.heleket.refunds.refusals.clear()
        for desk in (self.ton, self.second):
            desk.catch_up()
        self.telegram.stars.balance += 10**6 * 10**9

    async def fate(self) -> None:
        """What providers do by themselves."""
        random = self.dice.random
        while True:
            await self.pause(20 * MINUTE)
            self.finish_refunds()
            if self.dice.calm:
                continue
            match random.randrange(8):
                case 0:
                    self.heleket.refunds.refusals.append("Not enough funds")
                case 1:
                    random.choice((self.ton, self.second)).lag(random.uniform(0, HOUR))
                case 2:
                    self.ton.catch_up()
                case 3:
                    self.second.catch_up()
                case 4:
                    self.telegram.withdraw(int(self.telegram.stars.balance // 10**9))
                case 5:
                    self.refund_outside()

    def finish_refunds(self) -> None:
        """What Heleket said that he does, he does, or not."""
        random = self.dice.random
        for name, invoice in self.heleket.invoices.items():
            if invoice["status"] == "refund_process" and random.random() < 0.6:
                self.heleket.finish_refund(name, paid=random.random() < 0.75)

    def refund_outside(self) -> None:
        """Somebody gives money back by hand, of which nobody tells us."""
        random = self.dice.random
        charges = [each for each in self.telegram.stars.charges.values() if not each.is_refunded]
        if charges:
            charge = random.choice(charges)
            self.outside.add(charge.id)
            self.telegram.refund_outside(charge.id)

    async def work(self) -> None:
        """Two workers do what there is to do, now one of them, now both at the same time."""
        random, workers = self.dice.random, (Process(self), Process(self))
        while True:
            await self.pause(3 * MINUTE)
            chores = random.sample(range(5), k=5 if self.dice.calm else random.randint(1, 4))
            async with asyncio.TaskGroup() as group:
                for each in random.choice((workers, workers[:1], workers[1:])):
                    group.create_task(each.work(chores))

    async def carry(self) -> None:
        """Notices and updates go out, until they are acknowledged."""
        carried = 0
        while True:
            await self.pause(MINUTE)
            self.heleket.lapse()
            for raw in self.heleket.notices[carried:]:
                carried += 1
                for _ in range(self.dice.random.randint(1, 3)):
                    self.in_background(self.deliver("heleket", raw, {}, 30 * MINUTE))
            self.carry_updates()

    carried: int = field(default=0, init=False)

    def carry_updates(self) -> None:
        """Once to three times, in any order; what is lost is found in the list, but for cards."""
        random = self.dice.random
        for each in self.telegram.deliveries[self.carried :]:
            self.carried += 1
            headers = {name.lower(): value for name, value in each.headers.items()}
            if b'"XTR"' in each.body and self.dice.say(0.05):
                continue
            for again in range(random.randint(1, 3)):
                within = 30 * MINUTE if again else 4
                self.in_background(self.deliver("telegram", each.body, headers, within))

    async def deliver(
        self, whom: str, raw: bytes, headers: Mapping[str, str], within: float
    ) -> None:
        """One notice, once; whoever is not acknowledged comes again."""
        await asyncio.sleep(self.dice.random.uniform(0, within))
        if whom == "telegram":
            await self.front.until_done(lambda house: house.update(raw, headers))
        else:
            await self.front.until_done(lambda house: house.take(whom, raw, headers))


async def read_of(house: House, feed: Feed) -> int:
    """Everything new of that feed."""
    return await house.read_feeds.read(feed)

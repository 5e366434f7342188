"""What is outside in the world of purchases: a chain, an account of Stars, and two who sell."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, TypeVar

from attrs import define, field, frozen

from altyn.core.errors import Refused, Unavailable
from altyn.core.money import TON, XTR, Asset, Money
from altyn.core.purchases import Goods, Purchase, PurchaseId, SupplierRefused
from altyn.core.wallets import Bill, BillRefused
from tests.unit.payments_world_fate import HOUR, MINUTE, Background, Dice, LoopClock, Weather

Told = TypeVar("Told")

SECOND: Final = timedelta(seconds=1)
FEE: Final = Money.parse("0.01", TON)
TRANSIT: Final = 60.0
"""So long at most a call about Stars is on its way before it is nothing any more."""


@frozen
class Line:
    """The way outside: slow, and not always there, on the way out or on the way back."""

    doubt: Callable[[str], Unavailable]
    dice: Dice
    weather: Weather
    background: Background

    async def __call__(self, arrives: Callable[[], Told], outlives: float = 0) -> Told:
        """One call; what nobody waits for any more may arrive so many seconds later."""
        await self._takes_a_while()
        if self.dice.say(0.04):
            raise self.doubt("the line is down")
        if self.dice.say(0.4 if self.weather.stormy else 0.05):
            if outlives and self.dice.say(0.7):
                self.background(self._later(arrives, outlives))
            raise self.doubt("it is on its way, or lost")
        answer = arrives()
        await self._takes_a_while()
        if self.dice.say(0.03):
            self.dice.note("dozes")
            await asyncio.sleep(self.dice.random.uniform(1, 4 * MINUTE))
        self.dice.perhaps_crash(0.015)
        if self.weather.stormy or self.dice.say(0.08):
            raise self.doubt("the line broke")
        return answer

    async def _takes_a_while(self) -> None:
        await asyncio.sleep(0.01 + 3 * self.dice.random.random() ** 4)

    async def _later(self, arrives: Callable[[], object], outlives: float) -> None:
        await asyncio.sleep(self.dice.random.uniform(0, outlives))
        with suppress(Refused):
            arrives()


@define
class Sale:
    """An order at a supplier's."""

    id: str
    purchase: PurchaseId
    shown: str
    asks: Money
    came: list[Money] = field(factory=list)
    """What was paid for it."""
    delivered: bool = False
    failed: bool = False
    dead: bool = False
    """It will never be delivered, said or not; or not before everybody has given it up."""


@define
class Counter:
    """Where a supplier sells, and what he really did."""

    name: str
    asset: Asset
    dice: Dice
    clock: LoopClock
    background: Background
    sales: dict[str, Sale] = field(factory=dict)
    newest: dict[Goods, Sale] = field(factory=dict)
    """The sale that was begun last, which is all that his page of such goods shows."""

    def begin(self, purchase: Purchase) -> Sale:
        """Somebody orders; each time it is another sale, and he may have changed his mind."""
        if self.dice.say(0.03):
            raise SupplierRefused(self.name, "not for you")
        shown = "Rob" if self.dice.say(0.05) else purchase.shown
        cost = purchase.quote.cost.units
        dearer = self.dice.random.choice((10, 20, 22, 100)) if self.dice.say(0.2) else 0
        asks = Money(cost * (1000 + dearer) // 1000, self.asset)
        sale = Sale(f"{self.name}-{len(self.sales) + 1}", purchase.id, shown, asks)
        self.sales[sale.id] = self.newest[purchase.wish.goods] = sale
        return sale

    def paid(self, sale: str, amount: Money) -> None:
        """Somebody pays; what is paid twice is money lost."""
        its = self.sales[sale]
        its.came.append(amount)
        if len(its.came) == 1:
            self.background(self._deliver(its))

    async def _deliver(self, sale: Sale) -> None:
        random, fate = self.dice.random, self.dice.random.random()
        if self.dice.calm or fate < 0.7:
            await asyncio.sleep(random.uniform(1, 2 * MINUTE))
        elif fate < 0.84:
            await asyncio.sleep(random.uniform(10 * MINUTE, 120 * MINUTE))
        else:
            sale.dead = True
            await asyncio.sleep(random.uniform(1, 60 * MINUTE))
            sale.failed = fate < 0.93
            if fate < 0.88 or fate > 0.97:  # whatever he said, or because of his silence
                await asyncio.sleep(random.uniform(HOUR, 6 * HOUR))
                self.dice.note("comes late")
                sale.delivered = True
            return
        sale.delivered = True


@frozen
class Message:
    """What we signed, to the letter."""

    name: str
    sequence: int
    until: datetime
    pays: Sequence[tuple[str, Money]]

    @property
    def hash(self) -> str:
        """By which it is looked up."""
        return f"hash of {self.name}"


@frozen
class Carried:
    """A message that the chain carried out, and which of its payments were sent."""

    message: Message
    at: datetime
    sent: Sequence[bool]


@define
class Chain:
    """A chain with one wallet of ours: in sequence, once, and not after it ran out by its time."""

    dice: Dice
    clock: LoopClock
    background: Background
    till: dict[str, Counter]
    messages: dict[str, Message] = field(factory=dict)
    carried: list[Carried] = field(factory=list)
    behind: timedelta = timedelta()
    """So far its time is behind ours."""
    unread: timedelta = timedelta()
    """So far whoever reads it is behind its time."""
    _time: datetime | None = None

    def time(self) -> datetime:
        """Its own; it stands still at times, and never goes back."""
        now = self.clock.now() - self.behind
        self._time = now if self._time is None else max(self._time, now)
        return self._time

    @property
    def seen(self) -> datetime:
        """As of when readers read it."""
        return self.time() - self.unread

    def sequence(self, at: datetime) -> int:
        """Which one comes next, as of then."""
        return sum(each.at <= at for each in self.carried)

    def sign(self, bills: Sequence[Bill], sequence: int) -> str:
        """Nobody has it yet."""
        name, until = f"message-{len(self.messages) + 1}", self.clock.now() + 60 * SECOND
        pays = [(bill.parts[0].comment, bill.total) for bill in bills]
        self.messages[name] = Message(name, sequence, until, pays)
        return name

    def take(self, name: str) -> None:
        """
        Somebody hands it in.

        Raises:
            BillRefused: it is not its turn, or it has run out.
        """
        message = self.messages[name]
        if message.sequence < len(self.carried) or self.time() >= message.until:
            raise BillRefused("ton", "its sequence is behind, or it has run out")
        if not self.dice.say(0.15):  # else it is forgotten
            self.background(self._carry(message))

    async def _carry(self, message: Message) -> None:
        most = 5 if self.dice.calm else self.dice.random.choice((5, 20, 240))
        await asyncio.sleep(self.dice.random.uniform(1, most))
        if message.sequence == len(self.carried) and self.time() < message.until:
            sent = [not self.dice.say(0.08) for _ in message.pays]
            self.carried.append(Carried(message, self.time(), sent))
            for (sale, amount), gone in zip(message.pays, sent, strict=True):
                if gone:
                    self.till[sale.partition("-")[0]].paid(sale, amount)


@define
class Form:
    """What is paid with Stars."""

    sale: str
    amount: Money
    made_at: datetime
    charges: list[datetime] = field(factory=list)


@define
class Stars:
    """An account of Stars: whoever says it twice pays twice."""

    dice: Dice
    clock: LoopClock
    till: dict[str, Counter]
    forms: dict[str, Form] = field(factory=dict)
    unread: timedelta = timedelta()
    """So far its history is behind."""

    def form(self, bill: Bill) -> str:
        """Somebody looks what is to be paid."""
        name = f"form-{len(self.forms) + 1}"
        self.forms[name] = Form(bill.parts[0].comment, bill.total, self.clock.now())
        return name

    def pay(self, name: str) -> None:
        """
        Pay it.

        Raises:
            BillRefused: not this time.
        """
        form = self.forms[name]
        if self.dice.say(0.05):
            raise BillRefused("stars", "not enough of them")
        form.charges.append(self.clock.now())
        self.till[form.sale.partition("-")[0]].paid(form.sale, form.amount)

    @property
    def seen(self) -> datetime:
        """As of when its history is told."""
        return self.clock.now() - self.unread


@define(slots=False)
class Outside:
    """All of it, and the weather."""

    dice: Dice
    clock: LoopClock
    background: Background

    def __attrs_post_init__(self) -> None:
        told = self.dice, self.clock, self.background
        self.fragment, self.shop = Counter("fragment", TON, *told), Counter("shop", XTR, *told)
        self.till = {each.name: each for each in (self.fragment, self.shop)}
        self.chain = Chain(*told, self.till)
        self.stars = Stars(self.dice, self.clock, self.till)
        self.weather = Weather(self.dice)
        self.blind = self.dice.say(0.1)

    def line(self, doubt: Callable[[str], Unavailable]) -> Line:
        """The way to somebody."""
        return Line(doubt, self.dice, self.weather, self.background)

    async def moods(self) -> None:
        """Clocks and readers fall behind, storms come and go; or nothing is told for hours."""
        random = self.dice.random
        while not self.dice.calm:
            await asyncio.sleep(random.uniform(MINUTE, 6 * MINUTE))
            self.weather.stormy = not self.dice.calm and random.random() < 0.2
            self.chain.behind = random.choice((0, 5, 100, 200)) * SECOND
            behind = (5 * HOUR,) if self.blind else (0, 5, 40, 200)
            self.chain.unread = random.choice(behind) * SECOND
            self.stars.unread = random.choice(behind) * SECOND

    def calm_down(self) -> None:
        """Whatever went wrong is over."""
        self.dice.calm, self.weather.stormy = True, False
        self.chain.behind = self.chain.unread = self.stars.unread = timedelta()

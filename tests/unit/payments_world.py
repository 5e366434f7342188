"""A small world in which people pay, notices wander, providers fall silent and processes die."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from altyn.core.balances import account_name
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import USDT, Money
from altyn.core.payments import Order, PaymentId, Rules, StandingOrder
from altyn.entrypoints.wiring.methods import TREATMENTS
from tests.unit.payments_world_fate import (
    HOUR,
    MINUTE,
    Background,
    Crash,
    Dice,
    LoopClock,
)
from tests.unit.payments_world_house import OURS, House, Kept, Kinds, Outside

Told = TypeVar("Told")

PEOPLE: Final = 16
GOODS: Final = account_name("shop:goods")


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

    dice: Dice
    made: Callable[[], House]
    house: House = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Over what was kept."""
        self.house = self.made()

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
            await asyncio.sleep(self.dice.random.uniform(1, 30))

    async def work(self, chores: Sequence[int]) -> None:
        """Do chores of a worker side by side; whoever dies takes those beside along."""
        its = self.house.chores
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
    orders: dict[PaymentId, Order] = field(factory=dict, init=False)
    standing: dict[str, StandingOrder] = field(factory=dict, init=False)
    """By their names at Heleket."""
    sent: list[Sent] = field(factory=list, init=False)
    outside_refunds: set[str] = field(factory=set, init=False)
    """Charges of Telegram that went back by hand."""
    carried: int = field(default=0, init=False)
    """How many of Telegram's updates are on their way, or were."""

    def __attrs_post_init__(self) -> None:
        self.dice, self.clock, names = Dice(Random(self.seed)), LoopClock(), Random(self.seed)
        self.background = Background()
        self.kept = Kept(self.clock, names.getrandbits, self.kinds.arrivals)
        self.outside = Outside(
            self.dice, self.clock, lambda: UUID(int=names.getrandbits(128)), self.background
        )

    def process(self) -> Process:
        """One more; it can only begin in a running loop."""
        return Process(self.dice, lambda: House(self.kept, self.outside, self.rules, self.kinds))

    def begin(self) -> None:
        """Those in which people and clerks are answered."""
        self.front, self.office = self.process(), self.process()

    async def pause(self, seconds: float) -> None:
        """A while; in calm times nobody is in a hurry."""
        await asyncio.sleep(self.dice.random.uniform(1, 2 * HOUR if self.dice.calm else seconds))

    def sends(self, payment: PaymentId | None, amount: Money, memo: str | None, **how: Any) -> None:
        """Somebody sends us coins or jettons on the chain, so that we know for what, or not."""
        if amount.asset == USDT:
            made = self.outside.ton.send_jetton(OURS, amount.units, memo, **how)
        else:
            made = self.outside.ton.send(OURS, amount.units, memo, **how)
        if made.outcome.back == "ok" or how.get("false_wallet"):
            return  # it went home, or never was
        silent = how.get("notify") is False
        self.sent.append(Sent(payment, amount, made.hash.hex(), silent))

    def carry_updates(self) -> None:
        """Telegram comes with what is new: once to thrice, in any order, or not at all."""
        random, deliveries = self.dice.random, self.outside.telegram.deliveries
        for each in deliveries[self.carried :]:
            self.carried += 1
            if b'"XTR"' in each.body and self.dice.say(0.05):
                continue  # what is lost is found in the list; of cards there is none
            headers = {name.lower(): value for name, value in each.headers.items()}
            for again in range(random.randint(1, 3)):
                within = 30 * MINUTE if again else 4
                self.background(self._tell(each.body, headers, within))

    async def _tell(self, raw: bytes, headers: Mapping[str, str], within: float) -> None:
        """Whoever is not acknowledged comes again."""
        await asyncio.sleep(self.dice.random.uniform(0, within))
        await self.front.until_done(lambda house: house.update(raw, headers))

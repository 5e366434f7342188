"""A small world in which people buy, wallets pay, suppliers fall silent and processes die."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from attrs import define, field, frozen

from altyn.core.balances import (
    Account,
    AccountName,
    Move,
    Receipt,
    Transfer,
    TransferId,
    account_name,
)
from altyn.core.errors import AltynError, Unavailable
from altyn.core.money import RUB, Money
from altyn.core.wallets import OutlayState
from tests.unit.payments_world_fate import HOUR, MINUTE, Background, Crash, Dice, LoopClock
from tests.unit.purchases_world_house import House, Kept, Kinds
from tests.unit.purchases_world_outside import Outside

Told = TypeVar("Told")

PEOPLE: Final = 8
BANK: Final = account_name("clearing:bank")
MUGS: Final = account_name("shop:mugs")


@frozen
class Evening(LoopClock):
    """A day that is over soon."""

    def now(self) -> datetime:
        """The present."""
        return super().now() + timedelta(hours=11, minutes=45)


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
        """Try again, as people do, until there is an answer or a no."""
        while True:
            try:
                return await step(self.house)
            except Crash:
                self.begin()
            except Unavailable:
                pass
            except AltynError as no:
                return no
            await asyncio.sleep(self.dice.random.uniform(1, 20))

    async def work(self) -> None:
        """Do the chores of a worker side by side; whoever dies takes those beside along."""
        try:
            async with asyncio.TaskGroup() as group:
                for chore in self.house.chores:
                    group.create_task(_done(chore))
        except* Crash:
            self.begin()


async def _done(chore: Callable[[], Awaitable[object]]) -> None:
    with suppress(AltynError):
        await chore()


@define(slots=False)
class World:
    """Everything there is; made from a seed, it always goes the same way."""

    seed: int
    kinds: Kinds = field(factory=Kinds)
    gifts: Counter[AccountName] = field(factory=Counter, init=False)
    """In units, what people put on their accounts."""

    def __attrs_post_init__(self) -> None:
        self.dice, names = Dice(Random(self.seed)), Random(self.seed)
        self.clock = Evening() if self.seed % 4 == 3 else LoopClock()
        self.background = Background()
        self.kept = Kept(self.clock, names.getrandbits, self.kinds)
        self.outside = Outside(self.dice, self.clock, self.background)

    def process(self) -> Process:
        """One more; it can only begin in a running loop."""
        return Process(self.dice, lambda: House(self.kept, self.outside))

    def begin(self) -> None:
        """Those in which people and clerks are answered."""
        self.front, self.office = self.process(), self.process()

    async def open_shop(self) -> None:
        """Before anybody buys."""
        await self.kept.ledger.open(Account.unlimited(BANK, RUB))
        await self.kept.ledger.open(Account(MUGS, RUB))

    async def moves(self, source: AccountName, target: AccountName, amount: Money) -> bool:
        """Somebody moves money in the house; answers whether they had it."""
        id = TransferId(UUID(int=self.dice.random.getrandbits(128)))
        transfer = Transfer(id=id, source=source, target=target, amount=amount)
        (verdict,) = await self.kept.ledger.carry_out([Move.of(transfer)])
        return isinstance(verdict, Receipt)

    async def gives(self, to: AccountName, amount: Money) -> None:
        """Money comes for somebody."""
        await self.kept.ledger.open(Account(to, RUB))
        assert await self.moves(BANK, to, amount)
        self.gifts[to] += amount.units

    def idle(self) -> float:
        """For how many seconds a worker has nothing to do, or how long they rest."""
        random, now = self.dice.random, self.clock.now()
        rest = random.uniform(0.5, 8)
        if (due := self._due()) is None or due > now:
            most = 2 * HOUR if self.dice.calm else 2 * MINUTE
            waits = most if due is None else min((due - now).total_seconds(), most)
            return waits + rest
        return rest

    def _due(self) -> datetime | None:
        """When there is something to do."""
        kept = self.kept
        due = [each.check_at for each in kept.purchases._kept.values()]
        opens = {each.wallet: each for each in kept.cheques._kept.values() if not each.ended}
        due.extend(each.check_at for each in opens.values())
        due.extend(
            each.created_at
            for each in kept.outlays._kept.values()
            if each.state is OutlayState.DUE and each.wallet not in opens
        )
        return min((each for each in due if each is not None), default=None)

    def watch(self) -> None:
        """Of a wallet one cheque is open at a time."""
        opens = Counter(each.wallet for each in self.kept.cheques._kept.values() if not each.ended)
        assert all(count == 1 for count in opens.values()), opens

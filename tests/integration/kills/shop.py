"""The program in the town: it is started, killed at some moment, and started again."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final

from attrs import define, field, frozen

from . import mines
from .mines import Mine
from .processes import KILLED, Life, Nursery
from .town import Ambush, Moment, Town

UP: Final = "Stop it with Ctrl-C.\n"
STARTING_SECONDS: Final = 0.5
SERVING_SECONDS: Final = 1.5


class End(StrEnum):
    """How a life ends."""

    STARTING = "while it starts"
    SERVING = "after a while"
    MINE = "on a mine"
    AMBUSH = "in an ambush"


ENDS: Final[Mapping[End, int]] = {End.STARTING: 2, End.SERVING: 2, End.MINE: 4, End.AMBUSH: 5}


@frozen(kw_only=True)
class Fate:
    """How it is killed; whoever comes to no harm as was meant is killed after a while."""

    ends: Mapping[End, int] = field(factory=lambda: ENDS)
    """How often each is meant to happen."""
    moments: Sequence[Moment] = tuple(Moment)
    """Those of ambushes."""
    spared_max: int = 3
    """How many of them may pass before it strikes."""


@define(eq=False)
class Shop:
    """The program, as those see it who run it."""

    nursery: Nursery
    town: Town
    ambush: Ambush
    fate: Fate = field(factory=Fate)
    kills: int = 0
    killed_commands: int = 0
    ends: Counter[str] = field(factory=Counter)
    opened: bool = False
    """Whether it ever served: before that there are no books."""
    unsafe: bool = True
    """Whether anybody is still killed."""
    late: list[datetime] = field(factory=list)
    """Until when somebody waits."""

    async def suffer(self, kills: int) -> None:
        """Live and be killed, so many times."""
        while self.kills < kills:
            await self._live(self.town.random)
            self.kills += 1
            await self.town.moved(None)
        self.unsafe = False
        self.ambush.lift()

    async def until_later_than(self, moment: datetime) -> None:
        """Wait until it is over; time leaps ahead at the next start."""
        self.late.append(moment)
        await self.town.until(lambda: self.town.clock.now() > moment)

    async def start(self, mine: Mine | None = None) -> Life:
        """The program, beginning."""
        now = self.town.clock.now()
        for each in self.late:
            self.town.clock.leap(each - now + timedelta(seconds=1))
            now = self.town.clock.now()
        self.late.clear()
        return await self.nursery.start("up", mine=mine)

    async def serves(self, life: Life) -> bool:
        """Wait until it does; answers whether it does before its end."""
        if up := await life.until(UP):
            self.opened = True
            await self.town.moved(life.said.partition(" on ")[2].partition(",")[0])
        return up

    async def _live(self, random: Random) -> None:
        end = random.choices(list(self.fate.ends), list(self.fate.ends.values()))[0]
        if end is End.AMBUSH:
            self.ambush.lay(
                random.choice(self.fate.moments), random.randint(0, self.fate.spared_max)
            )
        mine = mines.somewhere(random) if end is End.MINE else None
        life = await self.start(mine)
        ending = asyncio.create_task(life.end())
        if end is not End.STARTING and await self.serves(life):
            seconds = random.uniform(0, SERVING_SECONDS)
        else:
            seconds = random.uniform(0, STARTING_SECONDS)
        if end in (End.MINE, End.AMBUSH):
            seconds = SERVING_SECONDS
        await asyncio.wait([ending], timeout=seconds)
        if not ending.done():
            end = End.STARTING if UP not in life.said else End.SERVING
            self.crash()
        self.ambush.lift()
        assert await ending == KILLED, (life.code, life.said)
        self.ends[end] += 1

    def crash(self) -> None:
        """The power fails."""
        if self.unsafe:
            self.nursery.crash()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """The program in calm times, started and stopped as one does."""
        life = await self.start()
        assert await self.serves(life), life.said
        yield
        life.signal(signal.SIGTERM)
        assert await life.end() == 0, life.said
        await self.town.moved(None)

    async def checked(self, *listed: str) -> list[Any]:
        """What `altyn check` and `altyn reconcile` have to say against it."""
        check = await self.nursery.start("check", "--json")
        await check.end()
        broken = [each for each in check.document["laws"] if each["finding"]]
        tomorrow = self.town.clock.now().date() + timedelta(days=1)
        days = ("--day", str(tomorrow), "--days", "4")
        reconcile = await self.nursery.start("reconcile", *listed, *days, "--json")
        code = await reconcile.end()
        methods, failed = reconcile.document["methods"], reconcile.document["failed"]
        found = [each for each in methods if each["differences"]]
        assert bool(code) == bool(found or failed)
        empty = [
            f"nothing to compare at {each['method']}" for each in methods if not each["compared"]
        ]
        return [*broken, *found, *failed.items(), *empty]

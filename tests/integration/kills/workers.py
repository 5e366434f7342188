"""Workers that buy side by side: each is started, killed at some moment, and started again."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final

from attrs import define, field

from . import mines
from .market import Market
from .processes import KILLED, Life, Nursery
from .town import Moment

UP: Final = "Stop it with Ctrl-C.\n"
WORKERS: Final = 2
STARTING_SECONDS: Final = 15.0
SERVING_SECONDS: Final = 120.0
"""So long at most they live, by the clock of the market."""
ALL_SHARE: Final = 0.4
"""Of the times when the power fails, those at which it is out for all."""
SPARED_MAX: Final = 12
"""So many calls of the outside may pass at most before an ambush strikes."""
MOMENTS: Final = (Moment.ASKED, Moment.DONE, Moment.ANSWERED)


class End(StrEnum):
    """How a life ends."""

    STARTING = "while it starts"
    SERVING = "after a while"
    MINE = "on a mine"
    AMBUSH = "in an ambush"


ENDS: Final[Mapping[End, int]] = {End.STARTING: 1, End.SERVING: 3, End.MINE: 5, End.AMBUSH: 4}


@define(eq=False)
class Workers:
    """Two of them, over the same database."""

    nursery: Nursery
    market: Market
    kills: int = 0
    ends: Counter[str] = field(factory=Counter)
    is_safe: bool = False
    """Whether nobody is killed any more."""
    alive: list[Life] = field(factory=list)

    async def suffer(self, kills: int) -> None:
        """Live and be killed, so many times in all."""
        await asyncio.gather(*(self._suffer(kills) for _ in range(WORKERS)))
        self.is_safe = True
        self.market.ambush.lift()

    def strike(self) -> None:
        """The power fails: for all of them, or for one that may be another than was listened to."""
        if self.is_safe or not self.alive:
            return
        fallen = self.alive if self.market.random.random() < ALL_SHARE else self.alive[:1]
        for each in fallen:
            each.signal(signal.SIGKILL)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """All of them in calm times, started and stopped as one does."""
        lives = [await self.nursery.start("up") for _ in range(WORKERS)]
        for each in lives:
            assert await each.until(UP), each.said
        yield
        for each in lives:
            each.signal(signal.SIGTERM)
            assert await each.end() == 0, each.said

    async def check(self) -> list[object]:
        """What `altyn check` has to say against the books."""
        life = await self.nursery.start("check", "--json")
        await life.end()
        return [each for each in life.document["laws"] if each["finding"]]

    async def _suffer(self, kills: int) -> None:
        while self.kills < kills:
            await self._live()
            self.kills += 1

    async def _live(self) -> None:
        random = self.market.random
        end = random.choices(list(ENDS), list(ENDS.values()))[0]
        if end is End.AMBUSH:
            self.market.ambush.lay(random.choice(MOMENTS), random.randint(0, SPARED_MAX))
        mine = mines.while_buying(random) if end is End.MINE else None
        life = await self.nursery.start("up", mine=mine)
        self.alive.append(life)
        ending = asyncio.create_task(life.end())
        seconds = random.uniform(0, STARTING_SECONDS)
        if end is not End.STARTING and await life.until(UP):
            seconds = SERVING_SECONDS
            if end is End.SERVING:
                seconds = random.uniform(0, SERVING_SECONDS)
        await asyncio.wait([ending], timeout=seconds / self.market.clock.speed)
        if not ending.done():
            end = End.STARTING if UP not in life.said else End.SERVING
            life.signal(signal.SIGKILL)
        assert await ending == KILLED, (life.code, life.said)
        self.alive.remove(life)
        self.ends[end] += 1

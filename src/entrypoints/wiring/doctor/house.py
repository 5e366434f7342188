"""What is seen of the storage, and of Redis."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import field, frozen

from ....core.clock import Clock
from ....core.health import AskFooting, Footing
from ....core.notifications import OutboxProbe
from ....core.schema import Schema
from ..places import SqliteFile
from ..settings import Settings
from .finding import Check, Finding, unknown, warning, well, wrong

Port = TypeVar("Port")

SKEW_SECONDS: Final = 2.0
SKEW_SECONDS_MAX: Final = 30.0
SYNCHRONISE: Final = "have both machines keep their clocks by NTP"


@frozen
class Rooms:
    """What is in a container, for many who ask at once: each of it is made once."""

    container: Any
    _lock: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def get(self, wanted: Callable[..., Port]) -> Port:
        """The port or use case of this type."""
        async with self._lock:
            found: Port = await self.container.get(wanted)
        return found


@frozen
class House:
    """Checks of the storage behind a container."""

    container: Rooms
    settings: Settings

    async def database(self) -> Finding:
        """Whether it answers, and in which shape it is."""
        database = self.settings.database
        if isinstance(database, SqliteFile) and not database.path.exists():
            advice = "`altyn up` or `altyn migrate` creates it"
            return warning("database", f"{database} is not there yet", advice)
        await (await self.container.get(Schema)).check()
        return well("database", f"{database} answers, and is up to date")

    async def durability(self) -> Finding:
        """Whether it keeps what it says it kept."""
        doubts = (await self._footing()).doubts
        if doubts:
            advice = "after a loss of power money may be gone: change it where it is configured"
            return wrong("database.durability", "; ".join(doubts), advice)
        return well("database.durability", "what was kept survives a loss of power")

    async def clock(self) -> Finding:
        """Whether it goes by the same time."""
        before = (clock := await self.container.get(Clock)).now()
        at = (await self._footing()).at
        after = clock.now()
        code = "database.clock"
        if at is None:
            return well(code, "it goes by the clock of this machine")
        return skew(code, "the clock of the database", apart(before, at, after))

    async def outbox(self) -> Finding:
        """Whether events leave it."""
        condition = await (await self.container.get(OutboxProbe))()
        if condition.well:
            return well("outbox", "events are passed on")
        return warning("outbox", condition.words, "run `altyn up` or `altyn worker`")

    async def redis(self) -> Finding:
        """Whether it answers."""
        server = self.settings.redis
        if server is None:
            return well("redis", "none is used")
        from ....adapters.redis import RedisProbe  # it takes a while, and not everybody has one

        condition = await RedisProbe(server.url.reveal())()
        if condition.well:
            return well("redis", f"{server} answers")
        advice = "limits are counted by each process alone until it does; see ALTYN_REDIS"
        return unknown("redis", condition.words, advice)

    async def _footing(self) -> Footing:
        return await (await self.container.get(AskFooting))()


def checks_of_house(container: Any, settings: Settings) -> Sequence[Check]:
    """Of a database that is not there yet nothing more is asked."""
    house = House(Rooms(container), settings)
    database = settings.database
    absent = isinstance(database, SqliteFile) and not database.path.exists()
    more = (
        Check("database.durability", house.durability),
        Check("database.clock", house.clock),
        Check("outbox", house.outbox),
    )
    checks = (Check("database", house.database), *(() if absent else more))
    return (*checks, Check("redis", house.redis))


def apart(before: datetime, at: datetime, after: datetime) -> float:
    """By how many seconds that clock is ahead of ours, which was read before and after it."""
    if at > after:
        return (at - after).total_seconds()
    return min((at - before).total_seconds(), 0.0)


def skew(code: str, whose: str, seconds: float) -> Finding:
    """How bad that is."""
    if abs(seconds) < SKEW_SECONDS:
        return well(code, f"{whose} agrees with ours")
    words = f"{whose} is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} ours"
    grade = wrong if abs(seconds) > SKEW_SECONDS_MAX else warning
    return grade(code, words, SYNCHRONISE)

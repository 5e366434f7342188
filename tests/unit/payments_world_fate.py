"""What goes wrong in the world: processes die, storages stumble, providers fall silent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from attrs import define, field, frozen

from altyn.adapters.http import Answer, Calls, NoAnswer
from altyn.adapters.memory import MemoryStore
from altyn.core.resilience import NotExecuted
from altyn.core.transaction import StorageBusy, StorageUnreachable
from altyn.entrypoints.testkit import VirtualLoop

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


def ticks() -> int:
    """The time of the running loop, for those who measure how long."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.ticks()


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

    def perhaps_crash(self, chance: float = 0.006) -> None:
        """Die, perhaps."""
        if self.say(chance):
            self.note("crash")
            raise Crash

    async def perhaps_wait(self, chance: float = 0.07) -> None:
        """Let others do something meanwhile, perhaps."""
        if self.say(chance):
            await asyncio.sleep(self.random.random())


@define
class Background:
    """Sees to what nobody waits for, as long as the world lasts."""

    group: asyncio.TaskGroup = field(factory=asyncio.TaskGroup)

    def __call__(self, work: Coroutine[Any, Any, object]) -> None:
        """It is done beside everything else."""
        self.group.create_task(work)


@frozen
class Mortal:
    """A port before and after whose calls the process may die, or the storage be away."""

    port: Any
    dice: Dice

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.port, name)

        async def called(*args: Any, **named: Any) -> Any:
            self.dice.note(name)
            self.dice.perhaps_crash()
            await self.dice.perhaps_wait()
            if self.dice.say(0.005):
                raise StorageBusy("the storage", "somebody else is faster")
            answer = await call(*args, **named)
            await self.dice.perhaps_wait()
            self.dice.perhaps_crash()
            if self.dice.say(0.005):
                raise StorageUnreachable("the storage", "it was written, and the line broke")
            return answer

        return called


@frozen
class MortalTransaction:
    """A transaction around which the process may die, and of which nobody may say how it ended."""

    store: MemoryStore
    dice: Dice

    @property
    def active(self) -> bool:
        """As the port says."""
        return self.store.active

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[None]:
        """As the port says."""
        await self.dice.perhaps_wait(0.3)
        self.dice.perhaps_crash()
        async with self.store():
            yield
            self.dice.perhaps_crash()
        self.dice.perhaps_crash()
        if self.dice.say(0.01):
            raise StorageUnreachable("the storage", "it was committed, and the line broke")


@define
class Weather:
    """Whether a provider answers at all; in a storm what he is asked may be done all the same."""

    dice: Dice
    stormy: bool = False

    async def change(self) -> None:
        """Storms come and go."""
        while True:
            await asyncio.sleep(self.dice.random.expovariate(1 / HOUR))
            self.stormy = not self.dice.calm
            await asyncio.sleep(self.dice.random.expovariate(1 / (20 * MINUTE)))
            self.stormy = False


@frozen
class BadLine:
    """The way to a provider: slow, and not always there, on the way out or on the way back."""

    whom: str
    line: Calls
    dice: Dice
    weather: Weather
    background: Background

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One call."""

        async def arrives() -> Answer:
            return await self.line(method, path, body=body, headers=headers)

        await self._takes_a_while()
        if self.dice.say(0.05):
            raise NotExecuted("the line is down")
        if self.dice.say(0.5 if self.weather.stormy else 0.06):
            self.background(self._later(arrives))
            raise NoAnswer(self.whom, "it is on its way, or lost")
        answer = await arrives()
        self.dice.note(f"{self.whom} {path.rpartition('/')[2].partition('?')[0]}")
        await self._takes_a_while()
        self.dice.perhaps_crash()
        if self.weather.stormy or self.dice.say(0.08):
            raise NoAnswer(self.whom, "the line broke")
        return Answer(500, {}, b"oops") if self.dice.say(0.05) else answer

    async def _takes_a_while(self) -> None:
        await asyncio.sleep(0.01 + 5 * self.dice.random.random() ** 4)

    async def _later(self, arrives: Callable[[], Awaitable[Answer]]) -> None:
        """Nobody waits for it any more; perhaps it is carried out all the same."""
        if self.dice.random.random() < 0.3:
            return
        await asyncio.sleep(self.dice.random.uniform(MINUTE, 8 * MINUTE))
        with suppress(NoAnswer):
            await arrives()


@frozen
class AtTheDesk:
    """Calls of somebody who stands at a desk: as over HTTP, without any."""

    desk: Callable[[Any, Any, Any], Awaitable[None]]

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer."""
        asked: list[Any] = [{"type": "http.request", "body": body}]
        told: list[Any] = []

        async def receive() -> Any:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            told.append(message)

        path, _, query = path.partition("?")
        scope = {
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [
                (name.lower().encode(), value.encode()) for name, value in (headers or {}).items()
            ],
        }
        await self.desk(scope, receive, send)
        begun, rest = told
        said = {name.decode(): value.decode() for name, value in begun["headers"]}
        return Answer(begun["status"], said, rest["body"])

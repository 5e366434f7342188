"""Chores: done every second, put off longer and longer while they fail, left off cleanly."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from attrs import define, field, frozen

from ...core.bells import Bell
from ...core.errors import AltynError
from ...core.spans import detail
from ...core.tasks import Runner

EVERY_SECONDS: Final = 1.0
WAIT_SECONDS_MAX: Final = 60.0
BREATH_SECONDS: Final = 0.02
"""Between one time and the next, however often it rings: what comes meanwhile is done at one go."""
GRACE_SECONDS: Final = 5.0
"""For what is under way when somebody says stop; what is cut off then is done after the start."""

log = logging.getLogger("altyn.worker")


@define
class Chore:
    """Something that is done again and again, and never gives up."""

    name: str
    do: Callable[[], Awaitable[object]]
    every_seconds: float = EVERY_SECONDS
    leave: Callable[[], None] | None = None
    """What tells it to come to an end, where that takes it long by itself."""
    bell: Bell | None = None
    """Rings when there may be something to do before its time."""
    _failures: int = field(default=0, init=False)
    _trouble: str = field(default="", init=False)

    async def __call__(self) -> float:
        """Do it once; answers in how many seconds to do it again."""
        try:
            with detail(self.name):
                await self.do()
        except AltynError as failed:
            self._failed(str(failed), None)
        except Exception as bug:  # it must not keep others from being done
            self._failed(f"a mistake inside Altyn: {type(bug).__name__}: {bug}", bug)
        else:
            if self._trouble:
                log.warning("%s works again", self.name)
            self._failures, self._trouble = 0, ""
        longest = max(self.every_seconds, WAIT_SECONDS_MAX)
        return min(self.every_seconds * 2.0**self._failures, longest)

    async def rest(self, seconds: float) -> None:
        """Until it is to be done again; what fails is not hastened."""
        if self.bell is None or self._failures:
            await asyncio.sleep(seconds)
        else:
            await asyncio.sleep(BREATH_SECONDS)
            await self.bell.wait(seconds)

    def _failed(self, words: str, bug: Exception | None) -> None:
        self._failures = min(self._failures + 1, 10)
        if words != self._trouble:  # said once, however long it lasts
            self._trouble = words
            log.error("%s failed, and is tried again: %s", self.name, words, exc_info=bug)


@frozen
class Worker:
    """Does chores and tasks side by side. Several processes may: each is safe beside others."""

    chores: Sequence[Chore]
    runner: Runner | None = None
    """What does tasks, where there are kinds of them."""

    @asynccontextmanager
    async def until(self, stopping: asyncio.Event) -> AsyncIterator[None]:
        """
        Work: inside the block and on until somebody says stop.

        What is under way when that happens has a few seconds to be done.
        """
        tasks = [asyncio.create_task(_keep_at(chore, stopping)) for chore in self.chores]
        running = asyncio.create_task(self._run(stopping))
        try:
            yield
            await stopping.wait()
        finally:
            stopping.set()  # whoever leaves the block by an error ends those beside it
            for chore in self.chores:
                if chore.leave is not None:
                    chore.leave()
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_SECONDS):  # which cancels what is left
                    await asyncio.gather(*tasks)
            await running  # which has an end of its own

    async def _run(self, stopping: asyncio.Event) -> None:
        if self.runner is not None:
            async with self.runner.until(stopping):
                pass


async def _keep_at(chore: Chore, stopping: asyncio.Event) -> None:
    stops = asyncio.create_task(stopping.wait())
    try:
        while not stopping.is_set():
            rest = asyncio.create_task(chore.rest(await chore()))
            await asyncio.wait((rest, stops), return_when=asyncio.FIRST_COMPLETED)
            rest.cancel()
    finally:
        stops.cancel()

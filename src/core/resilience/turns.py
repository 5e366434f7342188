"""Whose turn it is when many want to call and only so many calls are allowed."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from attrs import Factory, define, field, frozen
from attrs.validators import gt

from ..errors import Unavailable
from ..lane import TooManyWaiting
from ..signals import Signals, Unheard


class Priority(IntEnum):
    """How much a call matters; the smaller number goes first."""

    CRITICAL = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4

    @property
    def word(self) -> str:
        """What people and signals call it."""
        return self.name.lower()


PATIENCE: Final[Mapping[Priority, float]] = MappingProxyType(
    {Priority.CRITICAL: 30.0, Priority.HIGH: 15.0, Priority.NORMAL: 10.0, Priority.LOW: 5.0}
)
"""For how many seconds a caller of each priority waits at most."""


@define
class WaitedTooLong(Unavailable):
    """The turn did not come in the time that its priority waits; the call was not begun."""

    priority: str
    waited_seconds: float
    again_seconds: float

    def __str__(self) -> str:
        return (
            f"no turn of {self.priority} priority within {self.waited_seconds:g} s; "
            f"try again in {self.again_seconds:.0f} s"
        )

    @property
    def retry_after_seconds(self) -> float:
        """When the limit may be asked again; a moment where that is not known."""
        return self.again_seconds


@frozen(eq=False)
class _Waiter:
    priority: Priority
    since: float
    granted: asyncio.Future[None]


@define(kw_only=True)
class Turns:
    """
    Lets callers through one by one, as fast as `admit` allows, those who matter more first.

    `admit` answers 0 for go, or for how many seconds not to ask it again; at most `running_max`
    are inside at once. Waiting raises a caller by one priority every `ageing_seconds`, up to
    critical. Callers of one priority go in the order they came; where callers of several
    priorities have come to matter the same, the priority that was served longest ago goes next.
    So, whatever flood there is, the first in the line of each priority is served at the latest
    four turns after it came to be critical. A turn that its caller no longer wants goes to the
    next at once; when nobody waits it is lost, since the limit has counted it already.
    """

    name: str
    admit: Callable[[], Awaitable[float]]
    running_max: int | None = None
    waiting_max: int = 1_000
    ageing_seconds: float = field(default=1.0, validator=gt(0))
    patience_seconds: Mapping[Priority, float] = PATIENCE
    signals: Signals = Factory(Unheard)
    _lines: Mapping[Priority, OrderedDict[_Waiter, None]] = field(init=False)
    _served: dict[Priority, int] = field(init=False)
    _turns: int = field(default=0, init=False)
    _running: int = field(default=0, init=False)
    _closed_until: float = field(default=0.0, init=False)
    _usher: asyncio.Task[None] | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        for priority in Priority:
            aged_seconds = (priority - Priority.CRITICAL) * self.ageing_seconds
            if aged_seconds >= self.patience_seconds[priority]:
                raise ValueError(f"{priority.word} priority gives up before it comes to matter")
        # Ordered dictionaries: a plain one searches for its first key after many were taken out.
        self._lines = {priority: OrderedDict() for priority in Priority}
        self._served = dict.fromkeys(Priority, 0)

    @asynccontextmanager
    async def turn(self, priority: Priority) -> AsyncIterator[None]:
        """
        Wait for a turn; it ends with the block.

        Raises:
            WaitedTooLong: the priority waits no longer.
            TooManyWaiting: the line of this priority is full.
            Exception: what `admit` raised when it was asked for this caller.
        """
        await self._wait(priority)
        try:
            yield
        finally:
            self._running -= 1
            self._wake()

    async def _wait(self, priority: Priority) -> None:
        line = self._lines[priority]
        if len(line) >= self.waiting_max:
            raise TooManyWaiting(len(line))
        loop = asyncio.get_running_loop()
        waiter = _Waiter(priority, loop.time(), loop.create_future())
        line[waiter] = None
        end = loop.call_later(self.patience_seconds[priority], self._give_up, waiter)
        self._tell(priority)
        self._wake()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            granted = waiter.granted
            if not granted.cancelled() and granted.exception() is None:
                self._running -= 1
                self._grant()
            raise
        finally:
            end.cancel()
            line.pop(waiter, None)
            self._tell(priority)

    def _wake(self) -> None:
        if self._usher is None and self._wanted:
            self._usher = asyncio.create_task(self._ush())

    async def _ush(self) -> None:
        try:
            while self._wanted:
                try:
                    seconds = await self.admit()
                except Exception as failure:
                    # It was asked for whoever is first, and only the first is told.
                    if (waiter := self._next()) is not None:
                        self._take(waiter).set_exception(failure)
                    continue
                if seconds > 0:
                    self._closed_until = asyncio.get_running_loop().time() + seconds
                    await asyncio.sleep(seconds)
                else:
                    self._grant()
        except asyncio.CancelledError:  # the loop is being torn down
            while (waiter := self._next()) is not None:
                self._take(waiter).cancel()
            raise
        finally:
            self._usher = None

    @property
    def _wanted(self) -> bool:
        """Whether somebody waits for a turn and could have it."""
        room = self.running_max is None or self._running < self.running_max
        return room and self._next() is not None

    def _next(self) -> _Waiter | None:
        """Who matters most now."""
        now = asyncio.get_running_loop().time()
        heads = [head for priority in Priority if (head := self._head(priority)) is not None]
        return min(heads, key=lambda head: self._rank(head, now), default=None)

    def _head(self, priority: Priority) -> _Waiter | None:
        line = self._lines[priority]
        while line:
            waiter = next(iter(line))
            if not waiter.granted.done():
                return waiter
            del line[waiter]  # cancelled a moment ago, and not awake yet to leave by itself
        return None

    def _rank(self, waiter: _Waiter, now: float) -> tuple[int, int, float]:
        aged = int((now - waiter.since) / self.ageing_seconds)
        rank = max(Priority.CRITICAL, waiter.priority - aged)
        return rank, self._served[waiter.priority], waiter.since

    def _take(self, waiter: _Waiter) -> asyncio.Future[None]:
        del self._lines[waiter.priority][waiter]
        return waiter.granted

    def _grant(self) -> None:
        """Give the turn that there is to who is next."""
        if (waiter := self._next()) is None:
            return
        self._turns += 1
        self._served[waiter.priority] = self._turns
        self._running += 1
        waited_seconds = asyncio.get_running_loop().time() - waiter.since
        self.signals.observe(
            "turns_waited_seconds", waited_seconds, name=self.name, priority=waiter.priority.word
        )
        self._take(waiter).set_result(None)

    def _give_up(self, waiter: _Waiter) -> None:
        if waiter.granted.done():
            return
        word, now = waiter.priority.word, asyncio.get_running_loop().time()
        self.signals.count("turns_timeouts_total", name=self.name, priority=word)
        again_seconds = max(1.0, self._closed_until - now)
        self._take(waiter).set_exception(WaitedTooLong(word, now - waiter.since, again_seconds))

    def _tell(self, priority: Priority) -> None:
        waiting = len(self._lines[priority])
        self.signals.gauge("turns_waiting", waiting, name=self.name, priority=priority.word)

"""The lookout: one of a process looks at what happens, for all who watch there."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from attrs import define, field

from ...core.bells import Bell
from ...core.errors import AltynError
from ...core.events import Event, Outbox
from ...core.lane import TooManyWaiting
from ...core.mishaps import surviving

EVERY_SECONDS: Final = 0.5
"""How long something may have happened before it is seen where no bell was heard."""
BREATH_SECONDS: Final = 0.01
"""Between two looks: what happens meanwhile is seen at one go."""
PAGE: Final = 200
WATCHERS_MAX: Final = 500
WAITING_MAX: Final = 1000
"""How many events wait for somebody who reads slowly; they may go on from where they were."""

Seen = tuple[int, Event]

log = logging.getLogger("altyn.api")


@define(eq=False)
class Watcher:
    """Somebody who watches: what has been seen since, until it became too much."""

    since: int
    """The place of the last that was seen before they came."""
    seen: "asyncio.Queue[Seen]" = field(factory=lambda: asyncio.Queue(WAITING_MAX), init=False)
    lost: bool = field(default=False, init=False)
    """Whether something was seen that did not fit any more."""

    def show(self, one: Seen) -> None:
        """Let it wait for them."""
        if not self.lost:
            try:
                self.seen.put_nowait(one)
            except asyncio.QueueFull:
                self.lost = True


@define(eq=False)
class Lookout:
    """Looks when a bell rings, and from time to time, as long as somebody watches."""

    outbox: Outbox
    bell: Bell
    every_seconds: float = EVERY_SECONDS
    _place: int = field(default=0, init=False)
    _watchers: set[Watcher] = field(factory=set, init=False)
    _looking: asyncio.Task[None] | None = field(default=None, init=False)
    _changing: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[Watcher]:
        """
        Watch, for as long as the block lasts.

        Raises:
            TooManyWaiting: so many watch that nobody else can.
            Unavailable: it cannot be seen now.
        """
        async with self._changing:
            if len(self._watchers) >= WATCHERS_MAX:
                raise TooManyWaiting(WATCHERS_MAX)
            if self._looking is None:
                self._place = await self.outbox.place()
                self._looking = asyncio.create_task(self._look())
            watcher = Watcher(self._place)
            self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    async def _look(self) -> None:
        while True:  # ends by being cancelled, when nobody watches any more
            page: Sequence[Seen] = ()
            try:
                with surviving("looking at what happens after", self._place):
                    page = await self.outbox.after(self._place, PAGE)
            except AltynError as trouble:
                log.warning("cannot see what happens: %s", trouble)
            for one in page:
                self._place = one[0]
                for watcher in self._watchers:
                    watcher.show(one)
            if len(page) < PAGE:
                await asyncio.sleep(BREATH_SECONDS)
                await self.bell.wait(self.every_seconds)

    async def told(
        self, after: int | None, beat_seconds: float
    ) -> AsyncGenerator[Seen | None, None]:
        """
        What happened after that place, or from now on, as it is seen; None while nothing happens.

        Ends when whoever is told reads so slowly that too much waits. The first is always None: by
        then they watch.
        """
        async with self.watching() as watcher:
            yield None
            place = watcher.since if after is None else after
            while place < watcher.since:
                page = await self.outbox.after(place, PAGE)
                for one in page:
                    place = one[0]
                    yield one
                if len(page) < PAGE and place < watcher.since:
                    # Something that was seen is being marked: in a moment it is seen again.
                    await asyncio.sleep(self.every_seconds)
            while not watcher.lost:
                newest: Seen | None = None
                with suppress(TimeoutError):
                    async with asyncio.timeout(beat_seconds):
                        newest = await watcher.seen.get()
                if newest is None or newest[0] > place:
                    yield newest

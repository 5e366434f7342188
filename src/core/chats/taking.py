"""Taking in what was told to a bot: kept first, answered afterwards."""

import asyncio

from attrs import define, field, frozen

from ..clock import Clock
from .ports import Inbox
from .update import RAW_MAX, Update


@define
class Bell:
    """Tells those of this process who handle updates that there are some."""

    _rung: asyncio.Event = field(factory=asyncio.Event, init=False)

    def ring(self) -> None:
        """There is something to do."""
        self._rung.set()

    async def heard(self, seconds: float) -> None:
        """Wait until it rings, or for so long; other processes may have kept some too."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()


@frozen
class TakeIn:
    """Keep an update of our bot."""

    inbox: Inbox
    bell: Bell
    clock: Clock

    async def __call__(self, bot: int, number: int, lane: str, raw: bytes) -> bool:
        """
        Whether it is new. When this returns it is safe and may be acknowledged; what is longer
        than anything that people can write is not kept, and not waited for either.

        Raises:
            Unavailable: it may not have been kept.
        """
        if len(raw) > RAW_MAX:
            return False
        now = self.clock.now()
        update = Update(bot=bot, number=number, lane=lane, raw=raw, taken_at=now, due_at=now)
        new = await self.inbox.add(update)
        if new:
            self.bell.ring()
        return new

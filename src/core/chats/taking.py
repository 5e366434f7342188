"""Taking in what was told to a bot: kept first, answered afterwards."""

from typing import NewType

from attrs import frozen

from ..bells import HandBell
from ..clock import Clock
from .ports import Inbox
from .update import RAW_MAX, Update

Doorbell = NewType("Doorbell", HandBell)
"""Rung when an update came, for those of this process who handle them."""


@frozen
class TakeIn:
    """Keep an update of our bot."""

    inbox: Inbox
    bell: Doorbell
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

"""How fast people are written to, by all who write to them together."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from attrs import define, field

from ..clock import Clock
from ..limits import Demand, Meter, Rate, StrictWindow
from .notification import Recipient

PAUSE_MAX_SECONDS: Final = 300

# Chat fails open: where the counting place is away, each process counts for itself.
EVERYBODY: Final = StrictWindow(name="told.all", limit=30, seconds=1, fails_closed=False)
WHAT_IS_LEFT: Final = StrictWindow(name="told.all", limit=25, seconds=1, fails_closed=False)
"""Counted together with `EVERYBODY`: those who ask for this leave room for the others."""
A_CHAT: Final = StrictWindow(name="told.chat", limit=1, seconds=1, fails_closed=False)
A_GROUP: Final = StrictWindow(name="told.group", limit=20, seconds=60, fails_closed=False)

PAUSED: Final = Rate(
    name="told.pause", count=1, seconds=1, burst=PAUSE_MAX_SECONDS, fails_closed=False
)
"""A second of a pause is one that is spent: whoever asks for all of it is told how much is left."""
ALL: Final = "everybody"


@define
class Pace:
    """
    Until when nothing is written, since Telegram asked for that.

    All who write ask it, in all processes that count at one place.
    """

    meter: Meter
    clock: Clock
    until: datetime | None = field(default=None, init=False)
    """As far as this process knows."""

    async def held(self) -> datetime | None:
        """Until when nothing is written, whoever was asked for that; None when one may."""
        now = self.clock.now()
        if self.until is None or now >= self.until:
            left = await self._left()
            self.until = now + timedelta(microseconds=left) if left else None
        return self.until

    async def hold(self, seconds: float) -> datetime:
        """Telegram has asked to write nothing for so long: answers until when, at most minutes."""
        seconds = min(seconds, PAUSE_MAX_SECONDS)
        until = self.clock.now() + timedelta(seconds=seconds)
        self.until = max(until, self.until or until)
        # Several are turned away at once, and all of them say so: it is no longer for that.
        more = ceil(seconds) - ceil(await self._left() / 1_000_000)
        if more > 0:
            await self.meter.admit((ALL, PAUSED, more))
        return self.until

    async def answered(self) -> None:
        """Somebody is answered, be there room for it or not: that leaves less for others."""
        await self.meter.admit((ALL, EVERYBODY, 1))

    async def _left(self) -> int:
        return (await self.meter.peek((ALL, PAUSED, PAUSE_MAX_SECONDS))).wait


def demands(recipient: Recipient, everybody: StrictWindow = EVERYBODY) -> Iterable[Demand]:
    """What writing to somebody counts against: everybody, and their chat."""
    chat = str(recipient)
    yield ALL, everybody, 1
    yield chat, A_CHAT, 1
    if recipient < 0:
        yield chat, A_GROUP, 1

"""How far what is told is behind what happened, for whoever asks how we are."""

import asyncio
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..clock import Clock
from ..errors import AltynError
from ..events import Outbox
from ..health import Condition

LATE: Final = timedelta(minutes=5)
DEADLINE_SECONDS: Final = 5.0
UNKNOWN: Final = Condition(False, "not known while the database is not well")


@frozen
class OutboxProbe:
    """Whether events leave the outbox."""

    outbox: Outbox
    clock: Clock

    @property
    def name(self) -> str:
        """As the port says."""
        return "outbox"

    async def __call__(self) -> Condition:
        """As the port says: what is late, or stuck, waits for somebody to look at it."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                backlog = await self.outbox.backlog()
        except (AltynError, TimeoutError):
            return UNKNOWN
        now = self.clock.now()
        age = now - (backlog.oldest or now)
        if age > LATE:
            minutes = int(age.total_seconds() // 60)
            words = f"{backlog.waiting} events wait, the oldest for {minutes} min"
            return Condition(False, f"{words}: does a worker run?")
        if backlog.stuck:
            return Condition(False, f"{backlog.stuck} events are stuck: see `altyn events stuck`")
        return Condition(True)

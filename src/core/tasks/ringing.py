"""A bell within one process."""

import asyncio
from contextlib import suppress

from attrs import field, frozen


@frozen(eq=False)
class HandBell:
    """Rings when somebody in this process rings it."""

    _rung: asyncio.Event = field(factory=asyncio.Event, init=False)

    def ring(self) -> None:
        """A task may have come."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """As the port says."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

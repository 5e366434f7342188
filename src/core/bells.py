"""Bells: whoever waits for something to come is woken when it may have."""

import asyncio
from contextlib import suppress
from typing import Protocol

from attrs import field, frozen


class Bell(Protocol):
    """Rings when something may have come. It is never what one relies on: see `wait`."""

    async def wait(self, seconds: float) -> None:
        """
        Come back when it has rung since the last time this came back, or else after so long.

        One at a time waits for a bell. It may ring for nothing, and some rings may be lost.
        """
        ...

    def another(self) -> "Bell":
        """A bell for somebody else, which rings whenever this does."""
        ...


@frozen(eq=False)
class HandBell:
    """Rings when somebody in this process rings it."""

    _rung: asyncio.Event = field(factory=asyncio.Event, init=False)
    _others: list["HandBell"] = field(factory=list, init=False)

    def ring(self) -> None:
        """Something may have come."""
        self._rung.set()
        for each in self._others:
            each.ring()

    def another(self) -> "HandBell":
        """As the port says."""
        self._others.append(HandBell())
        return self._others[-1]

    async def wait(self, seconds: float) -> None:
        """As the port says."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

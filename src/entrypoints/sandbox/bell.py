"""Who watches the world is told that something has changed, and looks for themselves."""

import asyncio

from attrs import define, field


@define(eq=False)
class Bell:
    """Rung by whoever changes something."""

    rung: int = field(default=0, init=False)
    """How often."""
    _heard: asyncio.Event = field(factory=asyncio.Event, init=False)

    def ring(self) -> None:
        """Something has changed."""
        self.rung += 1
        self._heard.set()
        self._heard = asyncio.Event()

    async def after(self, rung: int) -> int:
        """Wait until it has been rung more often than that; answered is how often."""
        while self.rung <= rung:
            await self._heard.wait()
        return self.rung

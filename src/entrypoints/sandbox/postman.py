"""Brings what Heleket has to tell to whoever sells there: once, or as fate has it."""

import asyncio
from collections.abc import Callable
from typing import Final

import httpx
from attrs import define, field

from .bell import Bell
from .heleket import HeleketDesk

PATH: Final = "/webhooks/heleket"
AGAIN_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 10.0
COPIES: Final = 3


@define
class Postman:
    """A notice stays with him until it was taken, however long the shop is shut."""

    desk: HeleketDesk
    bell: Bell
    shop: Callable[[], str]
    """Where it is now; empty while it is shut."""
    copies: bool = False
    """Whether each is brought three times."""
    backwards: bool = False
    """Whether those that wait are brought the newest first, and one alone waits for a second."""
    brought: int = field(default=0, init=False)
    """How many were taken, copies too."""

    async def walk(self) -> None:
        """Bring what there is, and what comes; ends by being cancelled."""
        heard = 0
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            while True:
                if not await self._round(client):
                    await asyncio.sleep(AGAIN_SECONDS)
                elif not self.desk.notices:
                    heard = await self.bell.after(heard)

    async def _round(self, client: httpx.AsyncClient) -> bool:
        """Bring one; whether there is any sense in going on at once."""
        waiting = self.desk.notices
        if not waiting:
            return True
        if not (shop := self.shop()):
            return False
        if self.backwards and len(waiting) == 1:
            await asyncio.sleep(AGAIN_SECONDS)
        notice = waiting[-1 if self.backwards else 0]
        for _ in range(COPIES if self.copies else 1):
            try:
                answer = await client.post(f"{shop}{PATH}", content=notice)
            except httpx.HTTPError:
                return False
            if not answer.is_success:
                return False
            self.brought += 1
        waiting.remove(notice)
        self.bell.ring()
        return True

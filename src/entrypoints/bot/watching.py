"""Watching what is shown: a payment that came, a purchase that was delivered, a turn unshown."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Final

from attrs import evolve, frozen

from ...core.chats import Window, WindowMoved, Windows
from ...core.clock import Clock
from ...core.errors import AltynError, Missing
from ...core.identity import UserId, Users
from .scenes import Guest, Stage
from .screen import Screen
from .texts import words_in

AT_ONCE_MAX: Final = 20
FAILED_SECONDS: Final = 30
BROKEN_SECONDS: Final = 600
LOOK_SECONDS_MAX: Final = 10.0
"""Whoever is slow about one window does not hold up the others for longer."""

log: Final = logging.getLogger("altyn.bot")


@frozen
class Watch:
    """Looks at the windows that are due, and shows what is new."""

    bot: int
    windows: Windows
    users: Users
    stage: Stage
    screen: Screen
    clock: Clock
    look_seconds_max: float = LOOK_SECONDS_MAX

    async def __call__(self) -> int:
        """Look once at each that is due; answers at how many."""
        due = await self.windows.due(self.bot, self.clock.now(), AT_ONCE_MAX)
        await asyncio.gather(*map(self._look, due))
        return len(due)

    async def _look(self, window: Window) -> None:
        try:
            async with asyncio.timeout(self.look_seconds_max):
                await self._look_at(window)
        except WindowMoved:
            return  # its reader was faster
        except Missing:
            await self._put_off(window, BROKEN_SECONDS)
        except (AltynError, TimeoutError) as failed:
            why = str(failed) or "it takes too long"
            log.warning("chat %d cannot be looked at: %s", window.chat, why)
            await self._put_off(window, FAILED_SECONDS)
        except Exception as bug:  # one window must not keep others from being looked at
            log.error("looking at chat %d", window.chat, exc_info=bug)
            await self._put_off(window, BROKEN_SECONDS)

    async def _look_at(self, window: Window) -> None:
        user = await self.users.get(UserId(window.chat))
        if user.muted or user.blocked:
            await self.windows.place(evolve(window, look_at=None))
            return
        cause = f"{self.bot}\nwindow {window.chat} {window.turn}"
        guest = Guest(user=user, words=words_in(user.language), cause=cause)
        shown = await self.stage.draw(guest, window)
        if (shown.scene, dict(shown.facts)) != (window.scene, dict(window.facts)):
            await self.screen.show(window, shown)
        elif window.drawn != window.turn:
            await self.screen.draw(window, shown)
        elif shown.goes_on:
            await self.screen.show(window, await self.stage.go_on(guest, window.facts))
        else:
            await self.screen.look_later(window, shown)

    async def _put_off(self, window: Window, seconds: float) -> None:
        at = self.clock.now() + timedelta(seconds=seconds)
        with suppress(AltynError):
            await self.windows.place(evolve(window, look_at=at))

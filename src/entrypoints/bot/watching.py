"""Watching what is shown: a payment that came, a purchase that was delivered, a turn unshown."""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Final

from attrs import define, evolve, field

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
"""Whoever takes longer about one window is given up, and looks again later."""
CLAIMED: Final = timedelta(seconds=LOOK_SECONDS_MAX + 5)
"""Longer than anybody looks at one window: whoever has not ended by then is dead."""
ROUND_SECONDS: Final = 0.5
"""Whoever takes longer goes on by themselves, while others are looked at in the next round."""

log: Final = logging.getLogger("altyn.bot")


@define
class Watch:
    """Looks at the windows that are due, and shows what is new."""

    bot: int
    windows: Windows
    users: Users
    stage: Stage
    screen: Screen
    clock: Clock
    look_seconds_max: float = LOOK_SECONDS_MAX
    round_seconds: float = ROUND_SECONDS
    _running: set[asyncio.Task[None]] = field(factory=set, init=False)

    async def __call__(self) -> int:
        """Look once at each that is due; answers at how many it began to look."""
        now, free = self.clock.now(), AT_ONCE_MAX - len(self._running)
        due = await self.windows.claim(self.bot, now, now + CLAIMED, free) if free else ()
        begun = [self._begin(each) for each in due]
        if begun:
            await asyncio.wait(begun, timeout=self.round_seconds)
        return len(begun)

    def _begin(self, window: Window) -> asyncio.Task[None]:
        task = asyncio.create_task(self._look(window))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Leave off; whoever is looked at is due again when their time is over."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

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
        if shown.differs_from(window):
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

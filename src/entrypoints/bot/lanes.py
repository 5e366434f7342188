"""Handling updates: those of a chat one after the other, those of many side by side."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from attrs import define, field

from ...core.chats import Doorbell, Inbox, Update, UpdateMoved
from ...core.clock import Clock
from ...core.correlation import henceforth
from ...core.errors import AltynError
from ...core.spans import span

AT_ONCE_MAX: Final = 64
HANDLED_SECONDS_MAX: Final = 25
CLAIMED: Final = timedelta(seconds=HANDLED_SECONDS_MAX + 5)
"""Longer than anybody may take: whoever does not answer in that time is dead."""
LISTEN_SECONDS: Final = 0.5
"""What another process has kept is found in that time."""
TROUBLE_SECONDS: Final = 3.0
GRACE_SECONDS: Final = 5.0

log: Final = logging.getLogger("altyn.bot")


@define
class Lanes:
    """Gives every update that is kept to whoever answers it, once."""

    bot: int
    inbox: Inbox
    bell: Doorbell
    clock: Clock
    answer: Callable[[Update], Awaitable[str]]
    at_once_max: int = AT_ONCE_MAX
    _running: set[asyncio.Task[None]] = field(factory=set, init=False)

    async def until(self, stopping: asyncio.Event) -> None:
        """
        Handle what comes until somebody says stop.

        What is under way when that happens has a few seconds; what is cut off is handled by the
        next process, as is what comes after that.
        """
        told = asyncio.create_task(stopping.wait())
        told.add_done_callback(lambda _: self.bell.ring())
        try:
            while not stopping.is_set():
                await self.bell.wait(await self._turn())
        finally:
            told.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=GRACE_SECONDS)
            for task in self._running:
                task.cancel()

    async def _turn(self) -> float:
        """Begin with all that can be begun; answers for how long to listen before the next."""
        free = self.at_once_max - len(self._running)
        now = self.clock.now()
        try:
            updates = await self.inbox.claim(self.bot, now, now + CLAIMED, free) if free else ()
        except AltynError as failed:
            log.error("updates cannot be taken: %s", failed)
            return TROUBLE_SECONDS
        for update in updates:
            task = asyncio.create_task(self._handle(update))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return LISTEN_SECONDS

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.bell.ring()  # the next one of its lane may begin

    async def _handle(self, update: Update) -> None:
        henceforth(update=update.number)
        with span("answer update") as answering:
            after = await self._handled(update)
            if after.trouble:
                answering.fail("trouble")
        # If it cannot be kept, it is handled again when its time is over.
        with suppress(UpdateMoved):
            try:
                await self.inbox.put(after)
            except AltynError as failed:
                log.error("update %d was handled, and is handled again: %s", update.number, failed)

    async def _handled(self, update: Update) -> Update:
        if update.exhausted:
            return update.failed("nobody who had it lived to say what became of it")
        try:
            async with asyncio.timeout(HANDLED_SECONDS_MAX):
                return update.done(await self.answer(update))
        except TimeoutError:
            return update.failed(f"it took more than {HANDLED_SECONDS_MAX} s")
        except Exception as bug:  # one update must not stop those of others
            log.error("case %d", update.number, exc_info=bug)
            return update.failed(f"{type(bug).__name__}: {bug}")

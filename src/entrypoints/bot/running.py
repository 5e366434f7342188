"""The bot at work: what comes is kept and answered, what is shown is looked at."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiogram import Bot, Dispatcher
from aiogram.types import Update as TelegramUpdate
from attrs import define, frozen
from dishka import AsyncContainer
from dishka.integrations.aiogram import setup_dishka

from ...core.chats import DeepLinks, Doorbell, Inbox, Update
from ...core.clock import Clock
from ...core.errors import AltynError
from ...core.identity import SeeUser
from ...core.leases import Lease, Leases, Sole
from ...core.limits import AskLimits
from ...core.notifications import ChangePreferences
from ...core.signals import Signals
from ..wiring.intake import Fetching
from .handlers import handlers
from .lanes import Lanes
from .listing import Listing
from .middlewares import Answered, Apology, Counted, Hushed, Known, Private, Typing
from .scenes import Stage
from .watching import Watch

WATCH_SECONDS: Final = 1.0
LISTED_SECONDS: Final = 60.0
"""So long after a role was given or taken away its commands are listed, or are no more."""
AGAIN_SECONDS: Final = (1, 2, 5, 10, 30)

log: Final = logging.getLogger("altyn.bot")

Chore = tuple[str, Callable[[], Awaitable[object]], float]
"""What is to be done again and again: its name, how, and every how many seconds."""


@frozen
class Answering:
    """Gives an update to aiogram."""

    bot: Bot
    dispatcher: Dispatcher

    async def __call__(self, update: Update) -> str:
        """What became of it, in a word."""
        if not update.raw:
            return "hushed"  # a secret that was read; whoever had it died before they said so
        told = TelegramUpdate.model_validate_json(update.raw, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, told)
        return told.event_type


async def dispatcher_of(container: AsyncContainer) -> Dispatcher:
    """Who takes updates apart, with everything that they pass before that."""
    bot = await container.get(Bot)
    dispatcher = Dispatcher(disable_fsm=True)  # what somebody is at is in the database
    for middleware in (
        Hushed(bot.id, await container.get(Inbox)),
        Apology(bot),
        Private(bot, await container.get(AskLimits)),
        Answered(bot),
        Counted(bot, await container.get(AskLimits), await container.get(Signals)),
        Known(
            bot.id,
            await container.get(SeeUser),
            await container.get(ChangePreferences),
            await container.get(DeepLinks),
        ),
        Typing(bot),
    ):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_router(handlers())
    setup_dishka(container, dispatcher)
    return dispatcher


@define
class Talk:
    """Everything that the bot does by itself."""

    bot: Bot
    lanes: Lanes
    watch: Watch
    stage: Stage
    listing: Listing
    fetching: Fetching | None
    """None where Telegram brings updates to us."""
    leases: Leases
    holder: str
    """Who we are among the processes that may fetch."""

    @property
    def chores(self) -> Sequence[Chore]:
        """For whoever does chores in this process."""
        return (
            ("looking at what is shown", self.watch, WATCH_SECONDS),
            ("listing commands", self.listing, LISTED_SECONDS),
        )

    @asynccontextmanager
    async def until(self, stopping: asyncio.Event) -> AsyncIterator[None]:
        """Talk: inside the block and on until somebody says stop."""
        tasks = [asyncio.create_task(self.lanes.until(stopping))]
        if self.fetching is not None:
            name = f"telegram:{self.bot.id}"
            sole = Sole(leases=self.leases, name=name, holder=self.holder)
            tasks.append(asyncio.create_task(_fetch(self.fetching, sole, stopping)))
        try:
            yield
            await stopping.wait()
        finally:
            stopping.set()  # whoever leaves the block by an error ends these beside it
            await asyncio.gather(*tasks)
            await self.watch.close()


async def talk_of(container: AsyncContainer, fetching: Fetching | None) -> Talk:
    """The bot of a container that has `Talking` in it."""
    bot, clock = await container.get(Bot), await container.get(Clock)
    answering = Answering(bot, await dispatcher_of(container))
    inbox, bell = await container.get(Inbox), await container.get(Doorbell)
    return Talk(
        bot=bot,
        lanes=Lanes(bot.id, inbox, bell, clock, answering),
        watch=await container.get(Watch),
        stage=await container.get(Stage),
        listing=await container.get(Listing),
        fetching=fetching,
        leases=await container.get(Leases),
        holder=f"{os.getpid()}-{secrets.token_hex(8)}",
    )


async def _fetch(fetching: Fetching, sole: Sole, stopping: asyncio.Event) -> None:
    """
    Fetch until somebody says stop, while no other process does.

    What is broken off then was not acknowledged, and is fetched after the start.
    """

    async def work(_: Lease) -> None:
        await _keep_fetching(fetching)

    told, working = asyncio.create_task(stopping.wait()), asyncio.create_task(sole(work))
    await asyncio.wait({told, working}, return_when=asyncio.FIRST_COMPLETED)
    for task in (told, working):
        task.cancel()
    await asyncio.wait({told, working})


async def _keep_fetching(fetching: Fetching) -> None:
    failures = 0
    while True:
        try:
            await fetching()
        except Exception as failed:  # whatever it is, people go on writing
            bug = None if isinstance(failed, AltynError) else failed
            log.error("updates cannot be fetched: %s", failed, exc_info=bug)
            await asyncio.sleep(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1
        else:
            failures = 0

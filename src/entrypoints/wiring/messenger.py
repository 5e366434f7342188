"""Telling people over the bot: the words are the bot's, the way is Telegram's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ...adapters.http import open_caller
from ...adapters.telegram import BotApi, TelegramMessenger
from ...adapters.telegram.messenger import Worded
from ...core.notifications import Messenger
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .methods import TELEGRAM
from .settings import Settings


@asynccontextmanager
async def open_messenger(
    settings: Settings, signals: Signals, worded: Worded
) -> AsyncIterator[Messenger]:
    """Whoever tells, and the connections to Telegram."""
    telegram = settings.telegram
    async with open_caller(TELEGRAM, telegram.api) as caller:
        guard = Guard(f"{TELEGRAM}.messages", DEPENDENCIES[TELEGRAM], signals=signals)
        yield TelegramMessenger(BotApi(caller, guard, telegram.token.reveal()), worded)

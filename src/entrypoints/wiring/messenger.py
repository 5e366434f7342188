"""Telling people over the bot: the words are the bot's, the way is Telegram's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from ...adapters.http import open_caller
from ...adapters.telegram import BotApi, TelegramAnnouncer, TelegramMessenger
from ...adapters.telegram.messenger import LaidOut, Worded
from ...core.broadcasts import Announcer
from ...core.notifications import Messenger
from ...core.resilience import DEPENDENCIES, Guard
from ...core.signals import Signals
from .methods import TELEGRAM
from .settings import Settings


@frozen
class Speech:
    """Who tells one, and who tells many, over the same connections."""

    messenger: Messenger
    announcer: Announcer


@asynccontextmanager
async def open_speech(
    settings: Settings, signals: Signals, worded: Worded, laid_out: LaidOut
) -> AsyncIterator[Speech]:
    """Both of them, and the connections to Telegram."""
    telegram = settings.telegram
    async with open_caller(TELEGRAM, telegram.api) as caller:
        guard = Guard(f"{TELEGRAM}.messages", DEPENDENCIES[TELEGRAM], signals=signals)
        api = BotApi(caller, guard, telegram.token.reveal())
        yield Speech(TelegramMessenger(api, worded), TelegramAnnouncer(api, laid_out))

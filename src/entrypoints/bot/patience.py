"""Telegram asks for patience now and then: a short wait is waited, a long one is told."""

import asyncio
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import EditMessageText, SendDocument, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from attrs import frozen

from ...core.notifications import Pace

SECONDS_MAX: Final = 5
TRIES: Final = 3
ANSWERS: Final = (SendMessage, EditMessageText, SendDocument)
"""What counts against the limits of chats."""


@frozen
class Patience(BaseRequestMiddleware):
    """
    Asks again after a short wait: what was refused so was certainly not done.

    Answers are counted and never held up: whoever else writes has what they leave, and writes
    nothing while one of them was asked to wait.
    """

    pace: Pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """As aiogram wants it."""
        if isinstance(method, ANSWERS):
            await self.pace.answered()
        for left in reversed(range(TRIES)):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as wait:
                await self.pace.hold(wait.retry_after)
                if not left or wait.retry_after > SECONDS_MAX:
                    raise
                await asyncio.sleep(wait.retry_after)
        raise AssertionError("the last try answers or raises")

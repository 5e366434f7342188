"""Telegram asks for patience now and then: a short wait is waited, a long one is told."""

import asyncio
from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

SECONDS_MAX: Final = 5
TRIES: Final = 3


class Patience(BaseRequestMiddleware):
    """Asks again after a short wait: what was refused so was certainly not done."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """As aiogram wants it."""
        for left in reversed(range(TRIES)):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as wait:
                if not left or wait.retry_after > SECONDS_MAX:
                    raise
                await asyncio.sleep(wait.retry_after)
        raise AssertionError("the last try answers or raises")

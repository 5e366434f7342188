"""Whoever follows what is done is told which method of the Bot API was called, and no more."""

from typing import Any, Final

from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from ...core.spans import calling
from ..wiring.methods import TELEGRAM

ANSWERS: Final = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound, TelegramRetryAfter)
"""A no is an answer: the call itself went well."""


class Followed(BaseRequestMiddleware):
    """Tells of each call."""

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """As aiogram wants it."""
        with calling(TELEGRAM, method.__api_method__) as call:
            try:
                return await make_request(bot, method)
            except ANSWERS as no:
                call.tell(answer=type(no).__name__)
                answered = no
        raise answered

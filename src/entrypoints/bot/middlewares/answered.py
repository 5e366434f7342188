"""A tap is answered at once, whatever comes of it: until then its button spins."""

from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from .event import Handler, update_in


@define
class Answered(BaseMiddleware):
    """Answers taps; one that is too old to be answered is handled all the same."""

    bot: Bot

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        if (tap := update_in(event).callback_query) is not None:
            with suppress(AiogramError):
                await self.bot.answer_callback_query(tap.id)
        return await handler(event, data)

"""Money is talked about in private."""

from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from ....core.identity import Language
from ..texts import words_in
from .event import Handler, chat_in, update_in, user_in


@define
class Private(BaseMiddleware):
    """Lets through what people do in their own chat; commands in groups are answered with why."""

    bot: Bot

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        user, chat = user_in(data), chat_in(data)
        if user is None or user.is_bot or chat is None:
            return None
        if chat.type == "private":
            return await handler(event, data)
        message = update_in(event).message
        if message is not None and (message.text or "").startswith("/"):
            words = words_in(Language.of(user.language_code or ""))
            with suppress(AiogramError):
                await self.bot.send_message(chat.id, words("only-private"))
        return None

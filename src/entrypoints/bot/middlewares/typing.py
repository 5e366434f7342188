"""Whoever has to wait sees that somebody is at it."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from .event import Handler, chat_in

AFTER_SECONDS: Final = 1.0
EVERY_SECONDS: Final = 4.5
"""Telegram shows it for five seconds."""


@define
class Typing(BaseMiddleware):
    """Says «typing…» while it takes longer than a moment."""

    bot: Bot
    after_seconds: float = AFTER_SECONDS

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        chat = chat_in(data)
        if chat is None:
            return await handler(event, data)
        typing = asyncio.create_task(self._type(chat.id))
        try:
            return await handler(event, data)
        finally:
            typing.cancel()

    async def _type(self, chat: int) -> None:
        await asyncio.sleep(self.after_seconds)
        with suppress(AiogramError):
            while True:
                await self.bot.send_chat_action(chat, "typing")
                await asyncio.sleep(EVERY_SECONDS)

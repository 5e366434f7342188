"""Codes from paper are good until they are used: wherever somebody writes one, it is not kept."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject
from attrs import define

from ....core.chats import Inbox
from ....core.identity import recovery_digest
from .event import Handler, update_in


@define
class Hushed(BaseMiddleware):
    """Hushes them, also where nobody has asked or listens; what else looks like one goes too."""

    bot: int
    inbox: Inbox

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        update = update_in(event)
        text = update.message.text if update.message is not None else None
        try:
            return await handler(event, data)
        finally:
            if recovery_digest(text or "") is not None:
                await self.inbox.hush(self.bot, update.update_id)

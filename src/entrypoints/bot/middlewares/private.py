"""Money is talked about in private."""

from contextlib import suppress
from typing import Any

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from ....core.identity import Language
from ....core.limits import AskLimits, TooOften
from ..scenes import COMMANDS
from ..texts import words_in
from .counted import WAY_IN
from .event import Handler, chat_in, update_in, user_in


@define
class Private(BaseMiddleware):
    """Lets through what people do in their own chat; commands in groups are answered with why."""

    bot: Bot
    ask: AskLimits

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        user, chat = user_in(data), chat_in(data)
        if user is None or user.is_bot or chat is None:
            return None
        if chat.type == "private":
            return await handler(event, data)
        message = update_in(event).message
        if message is not None and await self._ours(message.text or ""):
            words = words_in(Language.of(user.language_code or ""))
            with suppress(AiogramError, TooOften):
                await self.ask(WAY_IN, "write", {"user": str(user.id)})
                await self.bot.send_message(chat.id, words("only-private"))
        return None

    async def _ours(self, text: str) -> bool:
        """Whether it is a command for us: there may be other bots, which have their own."""
        word = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        name, at, whom = word.removeprefix("/").partition("@")
        if at:
            return whom.lower() == ((await self.bot.me()).username or "").lower()
        return name.lower() in COMMANDS

"""Something went wrong: whoever caused it is told, with the number of the case."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from ....core.chats import WindowMoved
from ....core.errors import Unavailable
from ....core.identity import Language
from ..texts import words_in
from .event import Handler, chat_in, update_in, user_in

HANDLED_SECONDS_MAX: Final = 20.0
"""Less than whoever hands updates out waits: there has to be time to say that it did not work."""

log: Final = logging.getLogger("altyn.bot")


@define
class Apology(BaseMiddleware):
    """
    An apology. What may do later is asked for again; of a mistake of ours the case is named.

    A case is the number of an update: its number leads an operator to all that is known.
    """

    bot: Bot
    seconds_max: float = HANDLED_SECONDS_MAX

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        try:
            async with asyncio.timeout(self.seconds_max):
                return await handler(event, data)
        except WindowMoved:
            return None  # somebody tapped twice, or something new is shown there: it is fine
        except (Unavailable, TimeoutError) as busy:
            log.warning("update %d: %s", update_in(event).update_id, str(busy) or "too slow")
            await self._say(data, "trouble-soon")
            return None
        except Exception:
            await self._say(data, "trouble", case=str(update_in(event).update_id))
            raise

    async def _say(self, data: dict[str, Any], key: str, **facts: str) -> None:
        user, chat = user_in(data), chat_in(data)
        if user is None or chat is None or chat.type != "private":
            return
        words = words_in(Language.of(user.language_code or ""))
        with suppress(AiogramError):
            await self.bot.send_message(chat.id, words(key, **facts))

"""How often one may: whoever is too fast is told once, and then there is silence."""

from contextlib import suppress
from math import ceil
from typing import Any, Final

from aiogram import BaseMiddleware, Bot
from aiogram.exceptions import AiogramError
from aiogram.types import TelegramObject
from attrs import define

from ....core.identity import Language
from ....core.limits import AskLimits, TooOften
from ....core.signals import Signals
from ..texts import words_in
from .event import Handler, update_in, user_in

WAY_IN: Final = "bot"
LONGEST_SECONDS: Final = 3600


@define
class Counted(BaseMiddleware):
    """Counts what somebody does: by themselves, and together with everybody else."""

    bot: Bot
    ask: AskLimits
    signals: Signals

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        user = user_in(data)
        if user is None:
            return None
        subjects = {"user": str(user.id)}
        tap = update_in(event).callback_query is not None
        try:
            await self.ask(WAY_IN, "tap" if tap else "write", subjects)
        except TooOften as often:
            self.signals.count("limits_refused_total", limit=often.limit)
            with suppress(TooOften):
                await self.ask(WAY_IN, "notice", subjects)
                await self._tell(user.id, user.language_code or "", often)
            return None
        return await handler(event, data)

    async def _tell(self, chat: int, language: str, often: TooOften) -> None:
        seconds = min(max(ceil(often.retry_after_seconds), 1), LONGEST_SECONDS)
        words = words_in(Language.of(language))
        with suppress(AiogramError):
            await self.bot.send_message(chat, words("too-often", seconds=seconds))

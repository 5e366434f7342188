"""The lists of commands that Telegram shows, told only where they differ."""

from collections.abc import Sequence
from typing import Final

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats

from ...core.identity import Language
from .texts import words_in

EVERYBODY: Final = ""
"""Those in whose language there is no list of its own."""
LISTS: Final = {EVERYBODY: Language.EN, "ru": Language.RU}


async def tell_commands(bot: Bot, commands: Sequence[str]) -> int:
    """See to it that Telegram lists these; answers how many lists had to be told."""
    told = 0
    scope = BotCommandScopeAllPrivateChats()
    for code, language in LISTS.items():
        words = words_in(language)
        wanted = [
            BotCommand(command=each, description=words.plain(f"command-{each}"))
            for each in commands
        ]
        known = await bot.get_my_commands(scope, language_code=code or None)
        if list(known) != wanted:
            await bot.set_my_commands(wanted, scope, language_code=code or None)
            told += 1
    return told

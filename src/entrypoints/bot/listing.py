"""The lists of commands that Telegram shows, told only where they differ."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeUnion,
)
from attrs import define, field

from ...core.identity import Language, Role, User, Users
from .scenes import Stage
from .texts import words_in

EVERYBODY: Final = ""
"""Those in whose language there is no list of its own."""
LISTS: Final = {EVERYBODY: Language.EN, "ru": Language.RU}
PAGE: Final = 100


@define
class Listing:
    """
    Sees to it that everybody is shown what they may use.

    Each of those who work here has a list of their own. Whoever does no longer loses it as soon as
    that is seen; after a restart, when they use something of it.
    """

    bot: Bot
    users: Users
    stage: Stage
    _told: dict[int | None, tuple[str, ...]] = field(factory=dict, init=False)
    """What this process has seen to, by chat; None: for everybody."""

    async def __call__(self) -> int:
        """Answers how many lists had to be told or taken away."""
        wanted: dict[int | None, tuple[str, ...]] = {None: self.stage.commands}
        async for user in self._staff():
            if not user.blocked:
                wanted[user.id] = self.stage.commands_of(user)
        changed = 0
        for chat, commands in wanted.items():
            if self._told.get(chat) != commands:
                changed += await self._reached(chat, tell_commands(self.bot, commands, chat))
                self._told[chat] = commands
        for chat in self._told.keys() - wanted.keys():
            changed += await self._reached(chat, forget_commands(self.bot, chat))
            del self._told[chat]
        return changed

    async def _reached(self, chat: int | None, changing: Awaitable[int]) -> int:
        """How many lists it changed; none where Telegram knows of no such chat with this bot."""
        try:
            return await changing
        except TelegramBadRequest:
            if chat is None:
                raise
            return 0

    async def _staff(self) -> AsyncIterator[User]:
        for role in Role:
            if role is Role.CUSTOMER:
                continue
            after = None
            while page := await self.users.page(PAGE, after, role):
                for user in page:
                    yield user
                after = page[-1].id

    async def correct(self, user: User) -> None:
        """They used something that is not there for them, perhaps since it is listed still."""
        if self.stage.commands_of(user) == self.stage.commands:
            await forget_commands(self.bot, user.id)


def scope_of(chat: int | None) -> BotCommandScopeUnion:
    """Who is shown a list."""
    return BotCommandScopeAllPrivateChats() if chat is None else BotCommandScopeChat(chat_id=chat)


async def tell_commands(bot: Bot, commands: Sequence[str], chat: int | None) -> int:
    """See to it that Telegram lists these there; answers how many lists had to be told."""
    scope, told = scope_of(chat), 0
    for code, language in LISTS.items():
        words = words_in(language)
        wanted = [
            BotCommand(command=each, description=words.plain(f"command-{each}"))
            for each in commands
        ]
        known = await bot.get_my_commands(scope, language_code=code or None)
        if list(map(_plain, known)) != list(map(_plain, wanted)):
            await bot.set_my_commands(wanted, scope, language_code=code or None)
            told += 1
    return told


def _plain(command: BotCommand) -> tuple[str, str]:
    # aiogram compares also which bot has told of it.
    return command.command, command.description


async def forget_commands(bot: Bot, chat: int | None) -> int:
    """See to it that Telegram lists nothing of its own there; answers how many lists it had."""
    scope, gone = scope_of(chat), 0
    for code in LISTS:
        if await bot.get_my_commands(scope, language_code=code or None):
            await bot.delete_my_commands(scope, language_code=code or None)
            gone += 1
    return gone

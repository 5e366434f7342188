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

from ...core.identity import Language, Role, Trail, User, Users, user_of
from .scenes import Stage
from .texts import words_in

EVERYBODY: Final = ""
"""Those in whose language there is no list of its own."""
LISTS: Final = {EVERYBODY: Language.EN, "ru": Language.RU}
PAGE: Final = 100
ROLE_SET: Final = "user.role_set"
LOOKED_BACK: Final = 1000
"""So many deeds from before the start are looked through for somebody whose role was taken."""


@define
class Listing:
    """
    Sees to it that everybody is shown what they may use.

    Each of those who work here has a list of their own. Whoever does no longer loses it as soon as
    that is seen: by what this process has told, and by the trail, which knows of roles that were
    taken while it was not there.
    """

    bot: Bot
    users: Users
    stage: Stage
    trail: Trail
    _told: dict[int | None, tuple[str, ...]] = field(factory=dict, init=False)
    """What this process has seen to, by chat; None: for everybody."""
    _looked_to: int | None = None
    """The link of the trail up to which it was looked."""

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
        given, looked_to = await self._given()
        for chat in (self._told.keys() | given) - wanted.keys():
            changed += await self._reached(chat, forget_commands(self.bot, chat))
            self._told.pop(chat, None)
        self._looked_to = looked_to
        return changed

    async def _given(self) -> tuple[set[int], int]:
        """Who got another role since it was looked last, and up to which link that is known."""
        if self._looked_to is None:
            links = (await self.trail.page(LOOKED_BACK))[::-1]
        else:
            links = await self.trail.onward(LOOKED_BACK, self._looked_to)
        given = (user_of(each.audited.about) for each in links if each.audited.what == ROLE_SET)
        looked_to = links[-1].number if links else self._looked_to or 0
        return {user for user in given if user is not None}, looked_to

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

"""The living message of a chat: kept first, then shown, and shown later where that failed."""

import logging
from datetime import datetime, timedelta
from typing import Final

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, Message
from attrs import evolve, frozen

from ...core.chats import Window, WindowMoved, Windows
from ...core.clock import Clock
from ...core.identity import UserId, Users
from .press import Press
from .scenes import Shown
from .views import View

UNSHOWN_SECONDS: Final = 15
"""So long after a turn whoever looks finds that nobody has shown it."""
SAME: Final = "message is not modified"

log: Final = logging.getLogger("altyn.bot")


@frozen
class Screen:
    """Shows windows."""

    bot: Bot
    windows: Windows
    users: Users
    clock: Clock

    async def show(self, window: Window, shown: Shown, *, below: bool = False) -> None:
        """
        The next turn of a window; `below` whatever was written last, else where it was.

        What is done has been done by now, and is kept with it: a second tap on the same button
        comes too late.

        Raises:
            WindowMoved: something else is shown there by now; nothing was.
        """
        soon = self.clock.now() + timedelta(seconds=UNSHOWN_SECONDS)
        turned = window.turned(shown.scene, shown.facts, look_at=soon)
        await self.windows.put(turned)
        await self.draw(turned, shown, below=below)
        if shown.file is not None:
            file = BufferedInputFile(shown.file.content, shown.file.name)
            await self.bot.send_document(window.chat, file)

    async def draw(self, window: Window, shown: Shown, *, below: bool = False) -> None:
        """Show that turn. What cannot be shown now is shown when somebody looks at it again."""
        if shown.view.final and window.drawn == window.turn:
            return  # the receipt is there, and stays
        try:
            message = await self._drawn(window, shown, below=below)
        except TelegramForbiddenError:
            await self._gone(window)
        except TelegramRetryAfter as wait:
            await self._later(window, wait.retry_after)
        except (TelegramNetworkError, TelegramServerError) as failed:
            log.warning("chat %d is not shown what is new: %s", window.chat, type(failed).__name__)
        else:
            await self._placed(
                window.placed(None if shown.view.final else message, self._at(shown))
            )

    def _at(self, shown: Shown) -> datetime | None:
        if shown.look_in_seconds is None:
            return None
        return self.clock.now() + timedelta(seconds=shown.look_in_seconds)

    async def look_later(self, window: Window, shown: Shown) -> None:
        """It shows what is so: look at it again."""
        await self._placed(evolve(window, look_at=self._at(shown)))

    async def _drawn(self, window: Window, shown: Shown, *, below: bool) -> int:
        """The message in which it is."""
        message = window.message
        if message is not None and not below and await self._edited(window, message, shown.view):
            return message
        sent: Message = await self.bot.send_message(
            window.chat, shown.view.text, reply_markup=keyboard(shown.view, window.turn)
        )
        if message is not None and below:
            await self._taken_away(window.chat, message)
        return sent.message_id

    async def _edited(self, window: Window, message: int, view: View) -> bool:
        """Whether that message shows it now; one that is gone or too old cannot."""
        try:
            await self.bot.edit_message_text(
                view.text,
                chat_id=window.chat,
                message_id=message,
                reply_markup=keyboard(view, window.turn),
            )
        except TelegramBadRequest as no:
            return SAME in no.message
        return True

    async def _taken_away(self, chat: int, message: int) -> None:
        """
        There is one living message; old ones only lose their buttons.

        Whatever comes of that, the new one is there: nobody waits for what they asked for.
        """
        try:
            try:
                await self.bot.delete_message(chat, message)
            except TelegramBadRequest:
                await self.bot.edit_message_reply_markup(chat_id=chat, message_id=message)
        except TelegramAPIError as no:
            log.debug("message %d of chat %d stays as it is: %s", message, chat, no)

    async def _gone(self, window: Window) -> None:
        """They do not want to hear from us: nothing is written until they come again."""
        await self.users.change(UserId(window.chat), blocked=True)
        await self._placed(evolve(window, look_at=None))

    async def _later(self, window: Window, seconds: int) -> None:
        at = self.clock.now() + timedelta(seconds=seconds + 1)
        await self._placed(evolve(window, look_at=at))

    async def _placed(self, window: Window) -> None:
        try:
            await self.windows.place(window)
        except WindowMoved:
            log.debug("chat %d shows something newer", window.chat)


def keyboard(view: View, turn: int) -> InlineKeyboardMarkup | None:
    """The buttons below a message; those of a turn know which it is."""
    rows = [
        [
            InlineKeyboardButton(text=each.label, url=each.url)
            if each.url
            else InlineKeyboardButton(
                text=each.label, callback_data=Press(turn, each.action, each.argument).data
            )
            for each in row
        ]
        for row in view.rows
        if row
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None

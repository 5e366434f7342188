"""Telling people over the bot, one by one and many."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import frozen

from ...core.broadcasts import Announcement
from ...core.identity import Language, UserId
from ...core.notifications import Notification, RecipientGone
from .bot import BotApi, ChatClosed

Worded = Callable[[Notification], Awaitable[Mapping[str, Any]]]
"""Finds the words: what `sendMessage` takes besides the chat, or KindUnworded."""
LaidOut = Callable[[Announcement, Language], Mapping[str, Any]]
"""How an announcement looks in a language: what `sendMessage` takes besides the chat."""


@frozen
class TelegramMessenger:
    """A message of the bot for each notification, in words that somebody else finds."""

    api: BotApi
    worded: Worded

    async def send(self, notification: Notification) -> None:
        """As the port says."""
        message = await self.worded(notification)
        await sent(self.api, notification.recipient, message)


@frozen
class TelegramAnnouncer:
    """A message of the bot for each letter, laid out by somebody else."""

    api: BotApi
    laid_out: LaidOut

    async def announce(
        self, recipient: UserId, announcement: Announcement, language: Language
    ) -> None:
        """As the port says."""
        await sent(self.api, recipient, self.laid_out(announcement, language))


async def sent(api: BotApi, chat: int, message: Mapping[str, Any]) -> None:
    """Have it sent there; RecipientGone where nobody wants to hear from the bot."""
    try:
        await api("sendMessage", {"chat_id": chat, **message})
    except ChatClosed as closed:
        raise RecipientGone(chat, closed.reason) from None

"""Telling people over the bot."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from attrs import frozen

from ...core.notifications import Notification, RecipientGone
from .bot import BotApi, ChatClosed

Worded = Callable[[Notification], Awaitable[Mapping[str, Any]]]
"""Finds the words: what `sendMessage` takes besides the chat, or KindUnworded."""


@frozen
class TelegramMessenger:
    """A message of the bot for each notification, in words that somebody else finds."""

    api: BotApi
    worded: Worded

    async def send(self, notification: Notification) -> None:
        """As the port says."""
        message = await self.worded(notification)
        try:
            await self.api("sendMessage", {"chat_id": notification.recipient, **message})
        except ChatClosed as closed:
            raise RecipientGone(notification.recipient, closed.reason) from None

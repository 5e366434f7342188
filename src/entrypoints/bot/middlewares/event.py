"""What middlewares look at: an update, its chat, and whoever caused it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram.types import Chat, TelegramObject, Update, User

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
GONE: Final = frozenset({"kicked", "left"})
"""What somebody is in their own chat once they have stopped the bot."""


def update_in(event: TelegramObject) -> Update:
    """The update itself: these stand before everything that takes it apart."""
    if not isinstance(event, Update):
        raise TypeError(f"{type(event).__name__} is no update")
    return event


def user_in(data: dict[str, Any]) -> User | None:
    """Who caused it, as aiogram has found out."""
    found = data.get("event_from_user")
    return found if isinstance(found, User) else None


def chat_in(data: dict[str, Any]) -> Chat | None:
    """Where it happened."""
    found = data.get("event_chat")
    return found if isinstance(found, Chat) else None


def is_leaving(update: Update) -> bool:
    """Whether it tells that somebody has stopped the bot: all else they do is coming."""
    changed = update.my_chat_member
    return changed is not None and changed.new_chat_member.status in GONE

"""Who is here: what we know of them is renewed, and the muted are not listened to."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject
from aiogram.types import User as Sender
from attrs import define

from ....core.identity import Language, Profile, SeeUser, user_id
from ..scenes import Guest
from ..texts import words_in
from .event import Handler, update_in, user_in


@define
class Known(BaseMiddleware):
    """Hands the guest on."""

    bot: int
    see: SeeUser

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        sender = user_in(data)
        if sender is None:
            return None
        seen = await self.see(profile_of(sender))
        if seen.user.muted:
            return None
        cause = f"{self.bot}\nupdate {update_in(event).update_id}"
        data["guest"] = Guest(user=seen.user, words=words_in(seen.user.language), cause=cause)
        return await handler(event, data)


def profile_of(sender: Sender) -> Profile:
    """What Telegram tells of them."""
    return Profile(
        id=user_id(sender.id),
        name=sender.full_name,
        username=sender.username or "",
        language=Language.of(sender.language_code or ""),
    )

"""Who is here: known anew, told again if they were gone, and not listened to where muted."""

from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject
from aiogram.types import User as Sender
from attrs import define

from ....core.chats import DeepLinks
from ....core.identity import Language, Profile, SeeUser, user_id
from ....core.notifications import ChangePreferences, Recipient
from ..addresses import referrer_in
from ..scenes import Guest
from ..texts import words_in
from .event import Handler, is_leaving, update_in, user_in


@define
class Known(BaseMiddleware):
    """Hands the guest on."""

    bot: int
    see: SeeUser
    change: ChangePreferences
    links: DeepLinks

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """As aiogram wants it."""
        sender = user_in(data)
        if sender is None:
            return None
        update = update_in(event)
        written = update.message.text if update.message is not None else None
        seen = await self.see(profile_of(sender), referrer_in(written or "", self.links))
        if not is_leaving(update):
            await self.change.back(Recipient(sender.id))
        if seen.user.muted:
            return None
        cause = f"{self.bot}\nupdate {update.update_id}"
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

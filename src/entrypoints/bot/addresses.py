"""Where things of ours are found by anybody: links into the chat with the bot."""

from typing import Final
from urllib.parse import quote

from aiogram import Bot
from aiogram.exceptions import AiogramError
from attrs import frozen

from ...core.chats import DeepLink, DeepLinks, LinkForged, Topic
from ...core.identity import UserId

START: Final = "/start "
SHARING: Final = "https://t.me/share/url?url="


@frozen
class Addresses:
    """Makes them."""

    bot: Bot
    links: DeepLinks

    async def of(self, topic: Topic, subject: int) -> str:
        """The address; empty where it is not known how the bot is called."""
        try:
            name = (await self.bot.me()).username
        except AiogramError:
            return ""
        start = self.links.written(DeepLink(topic, subject))
        return f"https://t.me/{name}?start={start}" if name else ""


def referrer_in(text: str, links: DeepLinks) -> UserId | None:
    """Who brought whoever writes that, if anybody did."""
    if not text.startswith(START):
        return None
    try:
        link = links.read(text.removeprefix(START).strip())
    except LinkForged:
        return None
    return UserId(link.subject) if link.topic is Topic.REFERRAL else None


def sharing(address: str) -> str:
    """Where one chooses to whom it is passed on."""
    return SHARING + quote(address, safe="")

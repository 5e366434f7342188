"""What we keep of somebody's conversations, told to themselves, and wiped when they want that."""

from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen

from ..events import Fact
from .ports import Inbox, Windows

PAGE: Final = 200


@frozen
class TellChats:
    """What they wrote to our bot, and what they see there; both are forgotten when they want."""

    bot: int
    inbox: Inbox
    windows: Windows
    name: str = "chats"

    async def told(self, user: int) -> AsyncIterator[dict[str, Fact]]:
        """What is kept, to the letter. A chat with somebody has their number."""
        after: int | None = None
        while page := await self.inbox.of(self.bot, str(user), PAGE, after):
            for each in page:
                text = each.raw.decode("utf-8", "replace")
                yield {"at": each.taken_at.isoformat(), "update": text}
            after = page[-1].number
        window = await self.windows.get(self.bot, user)
        if window.turn:
            yield {"scene": window.scene, **window.facts}

    async def wipe(self, user: int) -> None:
        """What is being handled right now is forgotten in a few days."""
        await self.inbox.wipe(self.bot, str(user))
        await self.windows.forget(self.bot, user)

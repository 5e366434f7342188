"""Cases: what the bot could not answer, by the numbers that people were told."""

from collections.abc import Sequence

from attrs import frozen

from ..chats import Inbox, Update
from ..identity import Caller, Permission


@frozen
class ReadCases:
    """What went wrong about something that somebody wrote or tapped."""

    bot: int
    inbox: Inbox

    async def __call__(self, by: Caller, limit: int) -> Sequence[Update]:
        """
        The newest, so many.

        Raises:
            NotAllowed: they may not look at others.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.inbox.troubled(self.bot, limit)

    async def one(self, by: Caller, number: int) -> Update:
        """
        The update of that number, whatever became of it.

        Raises:
            NotAllowed: they may not look at others.
            UpdateMissing: there is none, or it was forgotten.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.inbox.get(self.bot, number)

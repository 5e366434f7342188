"""What conversations need: places to keep what was said and what is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from .update import Update
from .window import Window


class Inbox(Protocol):
    """Updates, kept before they are acknowledged and until they are handled."""

    async def add(self, update: Update) -> bool:
        """Keep it, unless the bot has one of its number already: answers whether it was new."""
        ...

    async def get(self, bot: int, number: int) -> Update:
        """
        The update as it is.

        Raises:
            UpdateMissing: there is none, or it was forgotten.
        """
        ...

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Update]:
        """
        Take what is due at that moment, in the order in which it was kept, each once more tried.

        Of a lane only the first that is not done with, so that none is handled before those that
        were kept earlier. Until that other moment nobody else gets it; then it is due again,
        since whoever had it may have died.
        """
        ...

    async def put(self, update: Update) -> None:
        """
        Keep what became of it.

        Raises:
            UpdateMoved: it was given to somebody else since; nothing was written.
            UpdateMissing: there is none.
        """
        ...

    async def hush(self, bot: int, number: int) -> None:
        """
        Keep nothing of what was said in it, which is for nobody to read; that it came stays.

        Raises:
            UpdateMissing: there is none.
        """
        ...

    async def troubled(
        self, bot: int, limit: int, before: tuple[datetime, int] | None = None
    ) -> Sequence[Update]:
        """Those that a person should look at, the newest first, a page of it."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget so many that are done with and were kept before that; answers how many."""
        ...

    async def of(
        self, bot: int, lane: str, limit: int, after: int | None = None
    ) -> Sequence[Update]:
        """Those of a lane by their number, those after the given one, a page of them."""
        ...

    async def wipe(self, bot: int, lane: str) -> int:
        """Forget all of a lane that are done with, whenever that was; answers how many."""
        ...


class Windows(Protocol):
    """What is shown in each chat, kept."""

    async def get(self, bot: int, chat: int) -> Window:
        """The window of that chat; one of turn 0 where nothing was ever shown."""
        ...

    async def put(self, window: Window) -> None:
        """
        Keep its next turn.

        Raises:
            WindowMoved: the turn before is not the newest any more; nothing was written.
        """
        ...

    async def place(self, window: Window) -> None:
        """
        Keep that its turn is shown and in which message, and when to look at it again.

        Raises:
            WindowMoved: its turn is not the newest any more; nothing was written.
        """
        ...

    async def forget(self, bot: int, chat: int) -> None:
        """Nothing was ever shown there."""
        ...

    async def forget_old(self, before: datetime, limit: int) -> int:
        """
        Forget so many of which no turn was kept since then; answers how many.

        When each was is counted by the place where they are kept.
        """
        ...

    async def claim(self, bot: int, at: datetime, until: datetime, limit: int) -> Sequence[Window]:
        """
        Take those to be looked at by that moment, the longest overdue first.

        Until that other moment nobody else gets them; then they are to be looked at again, since
        whoever had them may have died.
        """
        ...

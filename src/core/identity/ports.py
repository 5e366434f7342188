"""What the door needs: places that remember whom we know, and who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from .permission import Role
from .trail import Audited, Link
from .user import Language, Profile, User, UserId


@frozen
class Seen:
    """Somebody who came, and whether for the first time ever."""

    user: User
    new: bool


class Users(Protocol):
    """People who were seen."""

    async def seen(self, profile: Profile, at: datetime, referrer: UserId | None = None) -> Seen:
        """
        Keep what Telegram tells of somebody who has just come.

        The new get the language that it tells and the referrer, unless they bring themselves. Of
        the known only name and username are renewed: what was chosen and decided stays. They are
        blocked no longer, and `seen_at` never goes back. Whoever was erased is so no longer and
        gets the language that Telegram tells, but is not new.
        """
        ...

    async def get(self, id: UserId) -> User:
        """
        The user as they are; inside a transaction nobody else changes them until the end.

        Raises:
            UserMissing: they were never seen.
        """
        ...

    async def by_username(self, username: str) -> User:
        """
        Who was seen last under that name, however it is capitalised, with an @ or without.

        Raises:
            UserMissing: nobody is.
        """
        ...

    async def page(
        self, limit: int, after: UserId | None = None, role: Role | None = None
    ) -> Sequence[User]:
        """Users by id, those after the given one, of any role or of that, a page of them."""
        ...

    async def brought(self, id: UserId) -> int:
        """How many came by them; whoever was erased did not."""
        ...

    async def owners(self) -> Sequence[User]:
        """
        All owners, by id; inside a transaction none of them is anything else until the end.

        Whoever gets one of them as well gets all of them first.
        """
        ...

    async def change(
        self,
        id: UserId,
        *,
        language: Language | None = None,
        role: Role | None = None,
        muted: bool | None = None,
        blocked: bool | None = None,
    ) -> User:
        """
        Change what is named, leave the rest, and answer with what they are now.

        Raises:
            UserMissing: they were never seen.
        """
        ...

    async def erase(self, id: UserId, at: datetime) -> User:
        """
        Wipe what is personal: name, username, language and referrer. They have no role any more.

        That they are muted or blocked stays, and so does when they were seen. Erased again, only
        what came since is wiped.

        Raises:
            UserMissing: they were never seen.
        """
        ...


class Trail(Protocol):
    """What was done by hand, kept for good in the order in which it was written."""

    async def append(self, audited: Audited) -> Link:
        """
        Add an entry to the end, sealed; answers with its place.

        It is a part of the transaction that does what it tells of, and is kept with it or not at
        all; until that has ended nobody else adds one. Outside a transaction it is a mistake of
        the program and raises RuntimeError.
        """
        ...

    async def page(
        self, limit: int, before: int | None = None, *, about: str = "", who: str = ""
    ) -> Sequence[Link]:
        """
        Links numbered below `before`, the newest first, a page of them.

        Where it is said, only those about that, or by them.
        """
        ...

    async def onward(self, limit: int, after: int = 0) -> Sequence[Link]:
        """Links numbered above `after`, the oldest first, a page of them."""
        ...

"""Looking people up."""

from collections.abc import Sequence

from attrs import frozen

from .caller import Caller
from .errors import MalformedUser
from .permission import Permission, Role
from .ports import Users
from .user import PURPOSE, USERNAME, User, UserId, user_id


def whom(text: str) -> UserId | str:
    """
    Whom somebody means: the id of `42` and `user:42`, or the username of `@ann` and `ann`.

    Raises:
        MalformedUser: nobody can be called that.
    """
    bare = text.strip().removeprefix(f"{PURPOSE}:")
    if bare.isascii() and bare.isdecimal():
        return user_id(int(bare[:20]))
    name = bare.removeprefix("@")
    if not USERNAME.fullmatch(name):
        raise MalformedUser(text[:80])
    return name


@frozen
class FindUser:
    """Somebody, by their number or their username."""

    users: Users

    async def __call__(self, by: Caller, text: str) -> User:
        """
        The user; whoever may see themselves only is found by their own number.

        Raises:
            NotAllowed: they may not look at others.
            MalformedUser: nobody can be called that.
            UserMissing: nobody is.
        """
        meant = whom(text)
        if isinstance(meant, str):
            by.must(Permission.SEE_OTHERS)
            return await self.users.by_username(meant)
        by.must_own_or(meant, Permission.SEE_OTHERS)
        return await self.users.get(meant)


@frozen
class ListUsers:
    """Everybody, or all of one role."""

    users: Users

    async def __call__(
        self, by: Caller, limit: int, after: UserId | None = None, role: Role | None = None
    ) -> Sequence[User]:
        """
        By id, a page of them.

        Raises:
            NotAllowed: they may not look at others.
        """
        by.must(Permission.SEE_OTHERS)
        return await self.users.page(limit, after, role)

"""What operators decide about people: which role they have, and whether we listen to them."""

from collections.abc import Sequence

from attrs import frozen

from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .errors import LastOwner, NamedOwner, Outranked, UserMissing
from .permission import Permission, Role
from .ports import Users
from .seeing import Owners
from .user import User, UserId


@frozen
class SetRole:
    """Give somebody a role instead of the one they have."""

    users: Users
    owners: Owners
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, id: UserId, role: Role) -> User:
        """
        Who they are now; nothing is written when they have it already.

        Raises:
            NotAllowed: only owners give roles.
            NotSure: they have not shown their second factor just now.
            UserMissing: they were never seen, or are erased.
            LastOwner, NamedOwner: they stay an owner.
        """
        by.must(Permission.MANAGE_USERS)
        by.must_be_sure()  # else a thief has an accomplice made an operator, who is sure at once
        async with self.transaction():
            owners = await self.users.owners()  # before any one of them, as everywhere
            user = await self.users.get(id)
            if user.erased_at is not None:
                raise UserMissing(str(id))
            if user.role is role:
                return user
            if user.role is Role.OWNER:
                keep_an_owner(user, owners, self.owners)
            after = await self.users.change(id, role=role)
            await self.audit(by, "user.role_set", user.account, role=role, was=user.role)
        return after


def keep_an_owner(user: User, owners: Sequence[User], named: Owners) -> None:
    """
    Nothing, when that owner can go.

    Raises:
        NamedOwner: the setting would make them an owner again.
        LastOwner: there would be none.
    """
    if user.id in named.ids:
        raise NamedOwner(user.account)
    if len(owners) == 1:
        raise LastOwner(user.account)


@frozen
class MuteUser:
    """Listen to somebody no longer, or again."""

    users: Users
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, id: UserId, muted: bool, why: str = "") -> User:
        """
        Who they are now; nothing is written when they are so already.

        Raises:
            NotAllowed: only support and above mute.
            UserMissing: they were never seen.
            Outranked: their role is not below that of whoever asks.
        """
        by.must(Permission.MUTE)
        async with self.transaction():
            user = await self.users.get(id)
            if user.role.covers(by.role):
                raise Outranked(user.account, user.role)
            if user.muted is muted:
                return user
            after = await self.users.change(id, muted=muted)
            what = "user.muted" if muted else "user.unmuted"
            await self.audit(by, what, user.account, why=why)
        return after

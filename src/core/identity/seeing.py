"""Somebody comes: they are known from now on, and what they show of themselves is kept fresh."""

from contextlib import suppress
from datetime import timedelta
from typing import Final

from attrs import frozen

from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .errors import UserMissing
from .permission import Role
from .ports import Seen, Users
from .user import Profile, User, UserId

ROUGHLY: Final = timedelta(minutes=1)
"""How old `seen_at` may be before it is written again: most who come write nothing."""
SETTING: Final = Caller.local("ALTYN_OWNERS")
"""In whose name those become owners whom the setting names."""


@frozen
class Owners:
    """Who is an owner because the shop was set up so; nobody can take that away from inside."""

    ids: frozenset[UserId] = frozenset()


@frozen
class SeeUser:
    """Remember whoever has just come."""

    users: Users
    owners: Owners
    audit: Audit
    transaction: Transaction

    async def __call__(self, profile: Profile, referrer: UserId | None = None) -> Seen:
        """Who it is, and whether they came for the first time."""
        now = self.audit.clock.now()
        with suppress(UserMissing):
            known = await self.users.get(profile.id)
            lately = now - known.seen_at < ROUGHLY
            if lately and known.shows(profile) and not self._to_be_owner(known):
                return Seen(known, new=False)
        async with self.transaction():
            seen = await self.users.seen(profile, now, referrer)
            if not self._to_be_owner(seen.user):
                return seen
            user = await self.users.change(profile.id, role=Role.OWNER)
            await self.audit(
                SETTING, "user.role_set", user.account, role=user.role, was=seen.user.role
            )
        return Seen(user, seen.new)

    def _to_be_owner(self, user: User) -> bool:
        return user.id in self.owners.ids and user.role is not Role.OWNER

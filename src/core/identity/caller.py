"""Whoever asks for something, however they came in."""

from typing import Final

from attrs import field, frozen

from ..wording import MalformedText, checked_text
from .errors import NotAllowed, NotSure
from .permission import GRANTS, Permission, Role, least_for
from .user import User, UserId, account_of

CALLER_MAX: Final = 128


def _named(_: object, __: object, name: str) -> None:
    checked_text("caller", name, CALLER_MAX)
    if not name.strip():
        raise ValueError("whoever asks has a name")


@frozen(kw_only=True)
class Caller:
    """
    Who is asking, and what they may do.

    Every use case that not everybody may call takes one and asks it first. Its name goes into the
    books and the trail: `user:42`, `key:` and the public part of a program's first key, or the
    name of somebody who sits at the machine itself.
    """

    name: str = field(validator=_named)
    role: Role
    user: UserId | None = None
    """Who they are on Telegram, if they are anybody there."""
    scopes: frozenset[Permission] | None = None
    """What of all that their role may do they may do here; None: all of it."""
    sure: bool = False
    """Whether a person has just shown their second factor; programs have none."""

    @classmethod
    def of(cls, user: User, scopes: frozenset[Permission] | None = None) -> "Caller":
        """Somebody whom we know; muted, they may do nothing."""
        granted = frozenset[Permission]() if user.muted else scopes
        return cls(name=user.account, role=user.role, user=user.id, scopes=granted)

    @classmethod
    def local(cls, name: str = "local") -> "Caller":
        """
        Whoever can run commands on the machine: nothing here is safe from them anyway.

        Raises:
            MalformedText: a colon would make them look like somebody who came in otherwise.
        """
        if ":" in name:
            raise MalformedText("caller", name[:80], "a name on this machine has no colon")
        return cls(name=name, role=Role.OWNER)

    def may(self, permission: Permission) -> bool:
        """Whether they may do things of that kind."""
        return permission in GRANTS[self.role] and (
            self.scopes is None or permission in self.scopes
        )

    def must(self, permission: Permission) -> None:
        """
        Nothing, when they may.

        Raises:
            NotAllowed: they may not.
        """
        if not self.may(permission):
            raise NotAllowed(self.name, permission, least_for(permission))

    def must_be_sure(self) -> None:
        """
        Nothing, when they are a program, or a person who has just shown their second factor.

        Raises:
            NotSure: what was stolen from them must not be enough for what is asked.
        """
        if self.user is not None and not self.sure:
            raise NotSure(self.name)

    def owns(self, account: str) -> bool:
        """Whether that is the name of their own accounts."""
        return self.user is not None and account == account_of(self.user)

    def must_own_or(
        self, user: UserId, others: Permission, own: Permission = Permission.SEE_OWN
    ) -> None:
        """
        Nothing, when it is about themselves and they may do that, or about others and they may
        do that too.

        Raises:
            NotAllowed: neither.
        """
        self.must(own if self.user == user and self.may(own) else others)

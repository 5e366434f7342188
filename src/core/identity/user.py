"""People whom we know from Telegram, and what they showed us of themselves."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType

from attrs import field, frozen

from ..balances import AccountName, account_name
from ..clock import aware
from ..wording import one_line
from .errors import MalformedUser
from .permission import Role

UserId = NewType("UserId", int)
"""As Telegram numbers people."""

ID_MAX: Final = 2**52 - 1
"""Telegram promises that no id needs more bits."""
NAME_MAX: Final = 128
USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,32}")
PURPOSE: Final = "user"

READS_RUSSIAN: Final = frozenset({"ru", "be", "kk", "ky"})
"""The languages of Telegram whose people are rather written to in Russian than in English."""


class Language(StrEnum):
    """In what we write to somebody."""

    RU = "ru"
    EN = "en"

    @classmethod
    def of(cls, code: str) -> "Language":
        """The better one for whoever uses Telegram in that language, such as `pt-br`."""
        return cls.RU if code.lower().partition("-")[0] in READS_RUSSIAN else cls.EN


def user_id(number: int) -> UserId:
    """
    The id.

    Raises:
        MalformedUser: Telegram gives nobody such a number.
    """
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= ID_MAX:
        raise MalformedUser(str(number)[:80])
    return UserId(number)


def account_of(user: UserId) -> AccountName:
    """The name of all their accounts, which is what the books know them by."""
    return account_name(f"{PURPOSE}:{user}")


def user_of(account: str) -> UserId | None:
    """Whose account it is; of anything that is no user's, None."""
    purpose, _, owner = account.partition(":")
    if purpose != PURPOSE or not (owner.isascii() and owner.isdecimal()) or owner[0] == "0":
        return None
    return UserId(number) if (number := int(owner)) <= ID_MAX else None


def _known(_: object, __: object, id: UserId) -> None:
    user_id(id)


def _name(text: str) -> str:
    return one_line(text, NAME_MAX)


def _username(text: str) -> str:
    bare = text.removeprefix("@")
    return bare if USERNAME.fullmatch(bare) else ""


@frozen(kw_only=True)
class Profile:
    """What Telegram tells of somebody at this moment."""

    id: UserId = field(validator=_known)
    name: str = field(converter=_name)
    username: str = field(default="", converter=_username)
    """Without the @; empty where there is none."""
    language: Language = Language.EN


@frozen(kw_only=True)
class User:
    """Somebody who was seen, and what was decided about them."""

    id: UserId = field(validator=_known)
    name: str = field(converter=_name)
    username: str = field(default="", converter=_username)
    language: Language = Language.EN
    """What they chose, or else what Telegram told when they were seen first."""
    role: Role = Role.CUSTOMER
    muted: bool = False
    """We do not listen to them: an operator decided so."""
    blocked: bool = False
    """They do not listen to us: nothing that we write reaches them until they come again."""
    since: datetime
    """When they were seen first."""
    seen_at: datetime
    """When they were seen last, to the minute or better."""
    referrer: UserId | None = None
    """Who brought them, if anybody did."""
    erased_at: datetime | None = None
    """When all that is personal was wiped; None again as soon as they come back by themselves."""

    def __attrs_post_init__(self) -> None:
        aware(self.since)
        aware(self.seen_at)

    @property
    def account(self) -> AccountName:
        """The name of all their accounts."""
        return account_of(self.id)

    def shows(self, profile: Profile) -> bool:
        """Whether nothing that is kept differs from what Telegram tells now."""
        shown: tuple[Any, ...] = (self.name, self.username, self.blocked, self.erased_at)
        return shown == (profile.name, profile.username, False, None)

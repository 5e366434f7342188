"""Who holds how much of what, and within which limits."""

import re
from datetime import datetime
from typing import Final, NewType, Self

from attrs import define, frozen

from ..errors import Refused
from ..money import UNITS_MAX, Asset, Money
from ..wording import MalformedText

AccountName = NewType("AccountName", str)

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}:[A-Za-z0-9][A-Za-z0-9_.@:-]{0,95}")


@define
class LimitsCrossed(Refused):
    """Zero is not between the least and the most that an account may hold."""

    account: AccountName
    floor: Money
    ceiling: Money

    def __str__(self) -> str:
        return (
            f"{self.account} cannot be kept between {self.floor} and {self.ceiling}: "
            "the floor is zero or less, the ceiling zero or more"
        )


def account_name(text: str) -> AccountName:
    """
    A name that says whose the account is: purpose, colon, owner, as in `user:42`.

    Raises:
        MalformedText: it does not look like that.
    """
    if not NAME.fullmatch(text):
        raise MalformedText("account", text[:80], "a name is purpose:owner, like user:42")
    return AccountName(text)


@frozen
class Account:
    """
    One owner's place for one asset.

    What is available (held money set apart) never falls below the floor, what the account holds
    never rises above the ceiling. The safe default is: never below zero, as much as 64 bits hold.
    """

    name: AccountName
    asset: Asset
    floor_units: int = 0
    ceiling_units: int = UNITS_MAX

    def __attrs_post_init__(self) -> None:
        account_name(self.name)
        floor, ceiling = (Money(n, self.asset) for n in (self.floor_units, self.ceiling_units))
        if not floor.units <= 0 <= ceiling.units:
            raise LimitsCrossed(self.name, floor, ceiling)

    @classmethod
    def unlimited(cls, name: AccountName, asset: Asset) -> Self:
        """An account that may go below zero: the outside world as seen from here."""
        return cls(name, asset, floor_units=-UNITS_MAX)

    @property
    def purpose(self) -> str:
        """What comes before the colon: `user`."""
        return self.name.partition(":")[0]

    @property
    def owner(self) -> str:
        """What comes after the colon: `42`."""
        return self.name.partition(":")[2]


@frozen
class Balance:
    """What an account holds at one moment."""

    account: AccountName
    posted: Money
    """All that came less all that left."""
    held: Money
    """The part of it that is set aside."""

    @property
    def available(self) -> Money:
        """What is not set aside."""
        return self.posted - self.held


@frozen
class Standing:
    """An account as the ledger keeps it: the figures that every rule looks at."""

    account: Account
    posted: int
    held: int
    entries: int
    """How many transfers touched it; the number of its newest entry."""
    touched_at: datetime
    """When it last changed: history of one account never goes backwards."""

    @property
    def balance(self) -> Balance:
        """The figures as money."""
        asset = self.account.asset
        return Balance(self.account.name, Money(self.posted, asset), Money(self.held, asset))

    @property
    def spendable(self) -> int:
        """How many units may leave before the floor is reached."""
        return self.posted - self.held - self.account.floor_units

    @property
    def reservable(self) -> int:
        """How many units may be set aside: no more than may leave, nor than 64 bits count."""
        return min(self.spendable, UNITS_MAX - self.held)

    @property
    def room(self) -> int:
        """How many units may still come in."""
        return self.account.ceiling_units - self.posted

"""What a ledger can be told to do, and what it answers."""

from datetime import datetime
from typing import Final, TypeVar

from attrs import define, frozen

from ..errors import AltynError, Refused
from ..money import Money
from .hold import Hold, HoldId, HoldState
from .transfer import Company, Posted, Transfer

LEGS_MAX: Final = 100


@define
class NotAMovement(Refused):
    """Transfers that happen together are a few, each with its own id."""

    legs: int

    def __str__(self) -> str:
        return (
            f"{self.legs} transfers cannot happen together: "
            f"from 1 to {LEGS_MAX}, each with an id of its own"
        )


@frozen
class Move:
    """Transfers that happen together or not at all, one after the other."""

    transfers: tuple[Transfer, ...]
    hold: HoldId | None = None
    """The hold whose money this spends: its account and asset are the source of every leg, what
    the legs leave over goes back, and the hold is closed."""

    def __attrs_post_init__(self) -> None:
        if not 1 <= len({each.id for each in self.transfers}) == len(self.transfers) <= LEGS_MAX:
            raise NotAMovement(len(self.transfers))
        if self.hold is not None:
            # A sum beyond 64 bits is refused here, so no storage has to meet one.
            Money(sum(each.amount.units for each in self.transfers), self.transfers[0].amount.asset)

    @classmethod
    def of(cls, *transfers: Transfer) -> "Move":
        """These transfers, together."""
        return cls(transfers)

    @property
    def companies(self) -> tuple[Company, ...]:
        """For each leg, what it happens together with."""
        first, legs = self.transfers[0].id, len(self.transfers)
        return tuple(Company(first, leg, legs, self.hold) for leg in range(legs))


@frozen
class Place:
    """Set an amount aside."""

    hold: Hold


@frozen
class Release:
    """Give a hold's money back to its account."""

    hold: HoldId


@frozen
class Expire:
    """Give it back because its time is over."""

    hold: HoldId


Command = Move | Place | Release | Expire


@frozen
class Receipt:
    """A movement that happened; the same for the first answer and for every later one."""

    posted: tuple[Posted, ...]


@frozen
class Placed:
    """A hold that was set aside."""

    hold: Hold
    at: datetime


@frozen
class Closed:
    """A hold whose money went back."""

    hold: HoldId
    state: HoldState
    at: datetime


Verdict = Receipt | Placed | Closed | AltynError
"""What became of one command: done, or refused alone."""

Answer = TypeVar("Answer", Receipt, Placed, Closed)


def granted(verdict: Verdict, answer: type[Answer]) -> Answer:
    """The answer that this command gets when it is done; a refusal is raised."""
    if isinstance(verdict, answer):
        return verdict
    if isinstance(verdict, AltynError):
        raise verdict
    raise TypeError(f"the ledger answered {type(verdict).__name__} instead of {answer.__name__}")

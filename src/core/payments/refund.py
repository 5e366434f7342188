"""A refund: a part of what came, on its way back, and how far it has come."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from attrs import evolve, frozen

from ..clock import aware
from ..money import Money, NotPositive
from ..wording import checked_text, checked_word, one_line
from .payment import PAYER_MAX, TOLD_MAX, PaymentId

RefundId = NewType("RefundId", UUID)

REASON_MAX: Final = 500
BY_MAX: Final = 128
TO_MAX: Final = 256


class RefundState(StrEnum):
    """Where a refund is in its life."""

    WAITING = "waiting"
    """It is large: somebody else has to agree."""
    DUE = "due"
    """The provider is to be asked, and was not."""
    UNKNOWN = "unknown"
    """He is being asked, or was, and whether he does it is not known."""
    ACCEPTED = "accepted"
    """He said that he does it."""
    DONE = "done"
    """The money is back."""
    FAILED = "failed"
    """It did not go back, and is where it was before."""
    DECLINED = "declined"
    """Somebody did not agree; the money is where it was before."""


REFUND_MOVES: Final[Mapping[RefundState, frozenset[RefundState]]] = {
    RefundState.WAITING: frozenset({RefundState.DUE, RefundState.DECLINED, RefundState.DONE}),
    RefundState.DUE: frozenset({RefundState.UNKNOWN, RefundState.DONE}),
    RefundState.UNKNOWN: frozenset(
        {RefundState.DUE, RefundState.ACCEPTED, RefundState.DONE, RefundState.FAILED}
    ),
    RefundState.ACCEPTED: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.DONE: frozenset(),
    RefundState.FAILED: frozenset(),
    RefundState.DECLINED: frozenset(),
}
"""
Every move a refund can make; back to due only when he certainly was not asked, and done without
that when it went back all the same.
"""

ENDED: Final = frozenset(state for state, moves in REFUND_MOVES.items() if not moves)
UNDONE: Final = frozenset({RefundState.FAILED, RefundState.DECLINED})
"""Ends after which the money is here again."""


class Origin(StrEnum):
    """Whose the money was before it set out, and is again if it does not arrive."""

    TARGET = "target"
    """Of whoever it had been credited to."""
    DRAWER = "drawer"
    """Nobody's: it waited for a decision."""
    OUTSIDE = "outside"
    """Of whoever had it by then: it went back, and not by us."""


class Returning(StrEnum):
    """How much of what came a method can give back."""

    NEVER = "never"
    WHOLE = "whole"
    """All of what came at once, or nothing."""
    ONCE = "once"
    """A part of it, one time."""


class RefundStage(StrEnum):
    """What a provider says of a refund."""

    NOTHING = "nothing"
    """He knows of none."""
    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"


@frozen(kw_only=True)
class Refund:
    """Money that goes back the way it came; the id is the idempotency key."""

    id: RefundId
    method: str
    key: str
    """Of the arrival of which it is a part."""
    payment: PaymentId | None
    payer: str
    """Who had been asked for it; empty when nobody was."""
    amount: Money
    origin: Origin
    to: str
    """Where it goes, where the method has to be told; empty: to whoever sent it."""
    reason: str
    by: str
    """Who asked for it."""
    state: RefundState
    created_at: datetime
    check_at: datetime | None
    """When to go on with it; None when it has ended, or a person has to decide."""
    approved_by: str = ""
    checks: int = 0
    """How often it was gone on with since it is in this state."""
    told: str = ""

    def __attrs_post_init__(self) -> None:
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        checked_word("method", self.method)
        checked_text("payer", self.payer, PAYER_MAX)
        checked_text("to", self.to, TO_MAX)
        checked_text("reason", self.reason, REASON_MAX)
        checked_text("by", self.by, BY_MAX)
        checked_text("approved_by", self.approved_by, BY_MAX)
        checked_text("told", self.told, TOLD_MAX)
        aware(self.created_at)

    @property
    def ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state in ENDED

    def moved(self, state: RefundState, check_at: datetime | None) -> "Refund":
        """In that state if the table allows it, else as it is but for when it is looked at."""
        if state in REFUND_MOVES[self.state]:
            return evolve(self, state=state, check_at=check_at)
        return evolve(self, check_at=check_at)

    def told_that(self, words: object) -> "Refund":
        """With these words of somebody else's, as far as they can be kept."""
        return evolve(self, told=one_line(str(words), TOLD_MAX))

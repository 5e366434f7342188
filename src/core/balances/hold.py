"""Money set aside: it is still the account's, but only its capture can spend it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from attrs import frozen

from ..clock import aware
from ..money import Money, NotPositive
from ..wording import checked_text
from .account import AccountName, account_name

HoldId = NewType("HoldId", UUID)

REFERENCE_MAX: Final = 128


class HoldState(StrEnum):
    """Where a hold is in its life."""

    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


HOLD_MOVES: Final[Mapping[HoldState, frozenset[HoldState]]] = {
    HoldState.OPEN: frozenset({HoldState.CAPTURED, HoldState.RELEASED, HoldState.EXPIRED}),
    HoldState.CAPTURED: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
}
"""Every move a hold can make; storages enforce the same table."""


@frozen(kw_only=True)
class Hold:
    """An amount set aside on an account; the id is the idempotency key."""

    id: HoldId
    account: AccountName
    amount: Money
    reference: str = ""
    expires_at: datetime | None = None
    """From this moment on it can no longer be captured; without it the hold waits for ever."""

    def __attrs_post_init__(self) -> None:
        account_name(self.account)
        if self.amount.units <= 0:
            raise NotPositive(self.amount)
        checked_text("reference", self.reference, REFERENCE_MAX)
        if self.expires_at is not None:
            aware(self.expires_at)

    def late(self, at: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and at >= self.expires_at


@frozen
class KeptHold:
    """A hold as it stands in the books."""

    hold: Hold
    state: HoldState
    captured: Money
    """How much of it was spent; the rest went back."""
    placed_at: datetime
    closed_at: datetime | None = None

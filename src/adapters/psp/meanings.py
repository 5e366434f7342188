"""What the statuses of a provider mean to us."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ...core.payments import RefundStage, Stage


class Meaning(StrEnum):
    """What a status of a payment means."""

    CREATED = "created"
    PENDING = "pending"
    AUTHORIZED = "authorized"
    """Set aside on the card, and not ours yet."""
    REVIEW = "review"
    """He keeps it back while somebody looks at it."""
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    CHARGEBACK = "chargeback"
    """The payer's bank has taken it back."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STAGES: Final[Mapping[Meaning, Stage]] = {
    Meaning.CREATED: Stage.OPEN,
    Meaning.PENDING: Stage.OPEN,
    Meaning.AUTHORIZED: Stage.SEEN,
    Meaning.REVIEW: Stage.LOCKED,
    Meaning.FAILED: Stage.FAILED,
    Meaning.CANCELLED: Stage.CANCELLED,
    Meaning.EXPIRED: Stage.EXPIRED,
}
"""Of those in which no money is here; in all others some came."""


class RefundMeaning(StrEnum):
    """What a status of a refund means."""

    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"

    @property
    def stage(self) -> RefundStage:
        """As the core says it."""
        return RefundStage(self.value)

"""What a provider told us: proven, kept as it came, and read afterwards."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import evolve, frozen

from ..wording import checked_text, checked_word, one_line
from .payment import PaymentId

NAME_MAX: Final = 256
RAW_MAX: Final = 64 * 1024
OUTCOME_MAX: Final = 500


@frozen
class Hint:
    """What a proven notice is about; it proves nothing else."""

    key: str
    """What tells it from every other notice of the method; the same when it is sent again."""
    payment: PaymentId | None
    """The id that we gave to the payment; None when what the provider repeats is none of ours."""
    provider_id: str = ""
    """His own name for it."""

    def __attrs_post_init__(self) -> None:
        checked_text("key", self.key, NAME_MAX)
        checked_text("provider_id", self.provider_id, NAME_MAX)


class Renewal(StrEnum):
    """What a provider says of how a subscription goes on."""

    ACTIVE = "active"
    """It renews itself again."""
    CANCELLED = "cancelled"
    """It does not; what was paid lasts until its end."""
    FAILED = "failed"
    """The payer had not enough for the next time."""


@frozen
class RenewalChange:
    """Somebody changed how the subscription of that id goes on."""

    payment: PaymentId | None
    renewal: Renewal


@frozen
class Told:
    """Something was told of a way of paying, whether it is enabled now or not."""

    method: str
    hint: Hint


@frozen(kw_only=True)
class Notice:
    """One notice, and how far we are with it."""

    method: str
    hint: Hint
    raw: bytes
    taken_at: datetime
    read_at: datetime | None
    """When to read it next; None when that is done."""
    tries: int = 0
    outcome: str = ""
    unresolved: bool = False
    """Whether reading it again leads nowhere, so that a person has to look at it."""

    def __attrs_post_init__(self) -> None:
        checked_word("method", self.method)
        if self.unresolved and self.read_at is not None:
            raise ValueError("what a person has to look at is not read again meanwhile")

    def done(self, outcome: str) -> "Notice":
        """Read."""
        return evolve(
            self, read_at=None, tries=self.tries + 1, outcome=one_line(outcome, OUTCOME_MAX)
        )

    def put_off(self, until: datetime, outcome: str) -> "Notice":
        """To be read again."""
        return evolve(
            self, read_at=until, tries=self.tries + 1, outcome=one_line(outcome, OUTCOME_MAX)
        )

    def given_up(self, outcome: str) -> "Notice":
        """Read in vain: a person has to look at it."""
        return evolve(self.done(outcome), unresolved=True)

    def begun_again(self, at: datetime) -> "Notice":
        """To be read once more, as soon as after it had come."""
        return evolve(self, read_at=at, tries=0, unresolved=False)

    def set_aside(self) -> "Notice":
        """Looked at by a person who wants nothing more of it."""
        return evolve(self, unresolved=False)

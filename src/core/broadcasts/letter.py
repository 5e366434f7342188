"""What one recipient gets of a broadcast: never again, once it may have arrived."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from ..identity import UserId

TOLD_MAX: Final = 200


class LetterState(StrEnum):
    """Where a letter is in its life."""

    WAITING = "waiting"
    """Certainly not sent."""
    SENDING = "sending"
    """It is being sent at this moment, or whoever sent it has died."""
    SENT = "sent"
    GONE = "gone"
    """They do not let us talk to them: nothing was sent."""
    REFUSED = "refused"
    """Telegram does not show it, to nobody or not to them: nothing was sent."""
    DECLINED = "declined"
    """Since recipients were fixed they said that they want none, or were muted or forgotten."""
    UNKNOWN = "unknown"
    """Perhaps it was sent; it never is again."""


ENDS: Final = frozenset({LetterState.SENT, LetterState.GONE, LetterState.REFUSED})
LETTER_MOVES: Final[Mapping[LetterState, frozenset[LetterState]]] = {
    LetterState.WAITING: frozenset({LetterState.SENDING, LetterState.DECLINED}),
    LetterState.SENDING: ENDS | {LetterState.WAITING, LetterState.UNKNOWN},
    LetterState.SENT: frozenset(),
    LetterState.GONE: frozenset(),
    LetterState.REFUSED: frozenset(),
    LetterState.DECLINED: frozenset(),
    # Whoever was taken for dead while he sent it may still say what became of it.
    LetterState.UNKNOWN: ENDS,
}
"""Every move a letter can make; back to waiting only where it is certain that nothing was sent."""


@frozen(kw_only=True)
class Letter:
    """What is known of the letter to one recipient."""

    recipient: UserId
    state: LetterState
    told: str = ""
    """Why it is so."""
    at: datetime | None = None
    """Since when; None as long as nobody has begun it."""


@frozen(kw_only=True)
class Counts:
    """How many letters of a broadcast are where."""

    waiting: int = field(default=0)
    sending: int = field(default=0)
    sent: int = field(default=0)
    gone: int = field(default=0)
    refused: int = field(default=0)
    declined: int = field(default=0)
    unknown: int = field(default=0)

    @property
    def letters(self) -> int:
        """All there are."""
        open = self.waiting + self.sending
        return open + self.sent + self.gone + self.refused + self.declined + self.unknown

    @property
    def open(self) -> int:
        """Of how many it is not known what becomes of them."""
        return self.waiting + self.sending

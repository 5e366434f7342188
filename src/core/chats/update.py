"""What somebody did in a chat, as it was told to a bot: kept before we say that we have it."""

from datetime import datetime
from typing import Final

from attrs import evolve, frozen

from ..clock import aware
from ..wording import checked_text, one_line

LANE_MAX: Final = 64
RAW_MAX: Final = 64 * 1024
OUTCOME_MAX: Final = 2048
TRIES_MAX: Final = 3
"""An update that ends the process as often as that is not tried again."""


@frozen(kw_only=True)
class Update:
    """
    One update of one bot; the bot and the number are its key.

    Those of a lane are handled one after the other, in the order in which they were kept.
    """

    bot: int
    number: int
    lane: str
    """Whose it is: a chat, mostly."""
    raw: bytes
    """To the letter; empty where it was a secret, and has been read."""
    taken_at: datetime
    due_at: datetime | None
    """From when on somebody may handle it; None when it is done with."""
    tries: int = 0
    """How often it was given to somebody."""
    outcome: str = ""
    trouble: bool = False
    """Whether a person should look at what became of it."""

    def __attrs_post_init__(self) -> None:
        for moment in (self.taken_at, self.due_at):
            if moment is not None:
                aware(moment)
        checked_text("lane", self.lane, LANE_MAX)
        checked_text("outcome", self.outcome, OUTCOME_MAX)

    @property
    def exhausted(self) -> bool:
        """Whether those who had it did not live to say what became of it."""
        return self.tries > TRIES_MAX

    def done(self, outcome: str = "") -> "Update":
        """Handled."""
        return evolve(self, due_at=None, outcome=one_line(outcome, OUTCOME_MAX))

    def failed(self, outcome: str) -> "Update":
        """Done with, but not as it should be."""
        return evolve(self.done(outcome), trouble=True)

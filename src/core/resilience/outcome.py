"""What the end of a call says about the one who was called."""

from enum import Enum
from typing import Final

from ..errors import Conflict, Missing, Refused
from ..lane import TooManyWaiting
from .errors import CircuitOpen
from .turns import WaitedTooLong

NOT_ASKED: Final = (CircuitOpen, TooManyWaiting, WaitedTooLong)


class Outcome(Enum):
    """How the dependency did."""

    WELL = "well"
    """It works, whatever it answered: a refusal is an answer."""
    SLOW = "slow"
    """It works too slowly."""
    FAILED = "failed"
    """It does not work."""
    UNKNOWN = "unknown"
    """Nothing was learnt: whoever called gave up, or did not call after all."""

    @property
    def bad(self) -> bool:
        """Whether it speaks against the dependency."""
        return self in (Outcome.SLOW, Outcome.FAILED)


def outcome_of(error: BaseException) -> Outcome:
    """
    What an error says.

    A refusal of the business is a healthy answer. Whoever was turned away by a queue of our own,
    or by a circuit that is open further inside, did not ask, and a cancellation says something
    about us. Everything else is a failure.
    """
    if isinstance(error, Refused | Missing | Conflict):
        return Outcome.WELL
    if isinstance(error, NOT_ASKED) or not isinstance(error, Exception):
        return Outcome.UNKNOWN
    return Outcome.FAILED

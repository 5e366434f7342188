"""So many in so many seconds, evenly, with a burst after a rest."""

from fractions import Fraction
from typing import Final, Self

from attrs import evolve, field, frozen

from .errors import PolicyMalformed
from .policy import (
    LIMIT_MAX,
    SECOND,
    WINDOW_MAX_SECONDS,
    Answer,
    Policy,
    Seconds,
    State,
    derived,
    lasting,
    microseconds,
    scaled,
    whole,
)

REFILL_MAX: Final = WINDOW_MAX_SECONDS * SECOND
"""How long a burst may take to come back, in microseconds."""


@frozen(kw_only=True, cache_hash=True)
class Rate(Policy):
    """
    `count` in `seconds`, evenly, and `burst` at once after a rest (GCRA).

    Within any stretch of time no more is admitted than the burst and the rate's share of that
    time; so a stretch of `seconds` may see the burst on top of the count.
    """

    kind = "rate"

    count: int = field(validator=whole(LIMIT_MAX))
    seconds: Seconds = field(validator=lasting)
    burst: int = field(validator=whole(LIMIT_MAX))

    interval: int = derived()
    """What one costs, in microseconds."""
    tolerance: int = derived()
    """What the burst costs."""

    def __attrs_post_init__(self) -> None:
        interval = microseconds(self.seconds, self.count)
        tolerance = self.burst * interval
        if self.count > microseconds(self.seconds):
            raise PolicyMalformed(self.name, "one in a microsecond is the most that is counted")
        if tolerance > REFILL_MAX:
            raise PolicyMalformed(self.name, "its burst would take more than a year to refill")
        table = f"{self.kind}:{self.name}"
        self.derive(table=table, most=self.burst, interval=interval, tolerance=tolerance)

    def times(self, multiplier: Fraction) -> Self:
        """A larger rate and a larger burst, that refills within a year all the same."""
        count = scaled(self.count, multiplier, min(LIMIT_MAX, microseconds(self.seconds)))
        refilled = REFILL_MAX // microseconds(self.seconds, count)
        burst = scaled(self.burst, multiplier, min(LIMIT_MAX, refilled))
        return evolve(self, count=count, burst=burst)

    # The state is the moment at which everything spent has been paid for.

    def take(self, state: State, now: int, cost: int, lease: str) -> tuple[Answer, State]:
        """As the base says."""
        paid = now if state is None or state < now else state
        after = paid + cost * self.interval
        room = now + self.tolerance
        if after > room:
            remaining = (room - paid) // self.interval if paid < room else 0
            return (after - room, remaining, paid - now), state
        return (0, (room - after) // self.interval, after - now), after

    def idle_at(self, state: State) -> int:
        """As the base says."""
        return int(state)

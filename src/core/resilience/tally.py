"""How often and how quickly an endpoint answered, the newest outcomes weighing most."""

from typing import Final

from attrs import define, field

from .breaker_policy import microseconds
from .profiles import Profile

BROKEN_BELOW: Final = 0.5
LATENCY_WEIGHT: Final = 0.2

# Two bounds each, so that a little noise does not change the order back and forth.
UNSTEADY_BELOW, STEADY_FROM = 0.75, 0.9
SLOW_ABOVE, QUICK_BELOW = 3.0, 1.5
NOTICED_SECONDS: Final = 0.05


@define(eq=False)
class Tally:
    """
    Two averages that forget: without new outcomes both go back to where nothing is known.

    An endpoint is unsteady while it fails now and then, and slow beside a much quicker one; either
    is enough to call others first.
    """

    weight: float
    """Of one outcome in the share of successes."""
    half_life_ticks: int
    """How long until half of what is held against it is forgotten, and its latency wholly."""
    success: float = field(default=1.0, init=False)
    """From 0, it always fails, to 1, it never does or nothing is known."""
    latency_seconds: float | None = field(default=None, init=False)
    unsteady: bool = field(default=False, init=False)
    slow: bool = field(default=False, init=False)
    _faded: int = field(default=0, init=False)  # up to which tick `success` has
    _timed: int = field(default=0, init=False)  # the tick of the last latency

    @classmethod
    def of(cls, profile: Profile) -> "Tally":
        """An empty one: so many failures in a row as the profile says, and no fewer, break it."""
        weight = 1 - BROKEN_BELOW ** (1 / (profile.circuit_threshold - 0.5))
        return cls(weight, microseconds(profile.circuit_timeout_seconds))

    @property
    def broken(self) -> bool:
        """Whether it fails more often than not."""
        return self.success < BROKEN_BELOW

    def count(self, well: bool, seconds: float, now: int) -> None:
        """A call ended."""
        self.fade(now)
        self.success += self.weight * (well - self.success)
        if well:
            before = seconds if self.latency_seconds is None else self.latency_seconds
            self.latency_seconds = before + LATENCY_WEIGHT * (seconds - before)
            self._timed = now

    def fade(self, now: int) -> None:
        """Forget as much as the time that passed demands."""
        self.success = 1 - (1 - self.success) * 0.5 ** ((now - self._faded) / self.half_life_ticks)
        self._faded = now
        if now - self._timed > self.half_life_ticks:
            self.latency_seconds = None

    def compare(self, quickest_seconds: float) -> None:
        """See whether it is unsteady, or slow beside the quickest, or no longer."""
        self.unsteady = self.success < (STEADY_FROM if self.unsteady else UNSTEADY_BELOW)
        bound = quickest_seconds * (QUICK_BELOW if self.slow else SLOW_ABOVE) + NOTICED_SECONDS
        self.slow = self.latency_seconds is not None and self.latency_seconds > bound

    def begin_anew(self) -> None:
        """It was found well again: what it did before says nothing any more."""
        self.success = 1.0

    def recall(self, success: float, latency_seconds: float | None, then: int) -> None:
        """Go on from what was known at that tick."""
        self.success, self.latency_seconds = success, latency_seconds
        self._faded = self._timed = then

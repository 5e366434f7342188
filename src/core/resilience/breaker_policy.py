"""When a breaker opens, for how long, and how it lets the traffic back: numbers that are data."""

import sys
from typing import Final

from attrs import field, frozen
from attrs.validators import optional

from .bounds import a_rate, at_least_one, not_negative, positive
from .window import Counts

NEVER: Final = sys.maxsize


def microseconds(seconds: float) -> int:
    """So many ticks."""
    return round(seconds * 1_000_000)


@frozen
class Step:
    """
    A share of the traffic, one call in `every`, on the way back to all of it.

    It is over after so many successes, but not before so many seconds: the first holds back those
    with few calls, the second those with many.
    """

    every: int = field(validator=at_least_one)
    successes: int = field(default=1, validator=at_least_one)
    seconds: float = field(default=2.0, validator=not_negative)


@frozen(kw_only=True)
class BreakerPolicy:
    """
    The numbers of one breaker.

    It opens when, within the window, at least `volume_min` calls ended, and at least
    `failures_min` of them and the share `failure_rate` of them failed; or the same of calls that
    took longer than `slow_seconds`, with `slow_rate`. The window is ten slices that expire one by
    one: what is older than it never counts, what is younger than nine tenths of it always does.

    It stays open for `open_seconds`, doubled with each trip that follows without a recovery, up to
    `open_seconds_max`. Then up to `probes` calls at once try; when as many did well, the traffic
    comes back by `steps`, after which the breaker is closed; the first that fails or is slow opens
    it again. A probe that lasts longer than `probe_seconds` is replaced by another: let that be
    more than the deadline of a call.

    Raises:
        OutOfBounds: a number makes no sense.
    """

    window_seconds: float = field(default=60.0, validator=positive)
    volume_min: int = field(default=10, validator=at_least_one)
    failures_min: int = field(default=5, validator=at_least_one)
    failure_rate: float = field(default=0.5, validator=a_rate)
    slow_seconds: float | None = field(default=None, validator=optional(positive))
    slow_rate: float = field(default=0.8, validator=a_rate)
    open_seconds: float = field(default=30.0, validator=positive)
    open_seconds_max: float = field(default=0.0, validator=not_negative)
    probes: int = field(default=1, validator=at_least_one)
    probe_seconds: float = field(default=60.0, validator=positive)
    steps: tuple[Step, ...] = (Step(every=10), Step(every=2))

    @property
    def slow_ticks(self) -> int:
        """A call that takes longer is slow."""
        return NEVER if self.slow_seconds is None else microseconds(self.slow_seconds)

    def open_ticks(self, trips: int) -> int:
        """For how long it stays open after so many trips in a row."""
        longest = max(self.open_seconds, self.open_seconds_max)
        return microseconds(min(self.open_seconds * 2.0 ** min(trips - 1, 60), longest))

    def opens_at(self, counts: Counts) -> bool:
        """Whether that is too much."""
        if counts.calls < self.volume_min:
            return False
        return any(
            bad >= self.failures_min and bad >= rate * counts.calls
            for bad, rate in (
                (counts.failed, self.failure_rate),
                (counts.slow, self.slow_rate),
            )
        )

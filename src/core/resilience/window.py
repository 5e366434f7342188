"""How the calls of the last seconds went: counters that forget slice by slice."""

from collections import deque
from typing import Final

from attrs import define, field, frozen

from .outcome import Outcome

SLICES: Final = 10


@frozen
class Counts:
    """So many calls ended, and so many of them badly."""

    calls: int = 0
    failed: int = 0
    slow: int = 0


@define(eq=False)
class Window:
    """
    Counts of the present and the nine slices before it.

    The counters only grow; the window is what they grew by since its oldest slice began. So a
    call costs one increment.
    """

    turns_at: int
    """When the present slice is over: until then a call that did well may just grow `calls`."""
    slice_ticks: int
    calls: int = field(default=0, init=False)
    failed: int = field(default=0, init=False)
    slow: int = field(default=0, init=False)
    _began_with: deque[Counts] = field(factory=lambda: deque([Counts()], maxlen=SLICES), init=False)

    @classmethod
    def opened(cls, now: int, window_ticks: int) -> "Window":
        """An empty one."""
        slice_ticks = max(window_ticks // SLICES, 1)
        return cls(now + slice_ticks, slice_ticks)

    def count(self, outcome: Outcome, now: int) -> None:
        """A call ended now; of one that said nothing, nothing is kept."""
        if outcome is Outcome.UNKNOWN:
            return
        if now >= self.turns_at:
            self._turn(now)
        self.calls += 1
        self.failed += outcome is Outcome.FAILED
        self.slow += outcome is Outcome.SLOW

    @property
    def counts(self) -> Counts:
        """Of all slices together."""
        oldest = self._began_with[0]
        return Counts(
            self.calls - oldest.calls, self.failed - oldest.failed, self.slow - oldest.slow
        )

    def _turn(self, now: int) -> None:
        due = (now - self.turns_at) // self.slice_ticks + 1
        self.turns_at += due * self.slice_ticks
        self._began_with.extend([Counts(self.calls, self.failed, self.slow)] * min(due, SLICES))

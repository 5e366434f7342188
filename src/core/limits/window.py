"""So many in a window: a fixed one, or any."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

from attrs import evolve, field, frozen

from .policy import (
    ENTRIES_MAX,
    LIMIT_MAX,
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

AT: Final = itemgetter(0)
TOTAL: Final = itemgetter(1)
Stretch = tuple[list[tuple[int, int]], int, int, int]

SLACK: Final = 64
"""How many entries that count no more may stay in a log, at least."""


@frozen(kw_only=True, cache_hash=True)
class Window(Policy):
    """A limit to a length of time."""

    limit_max: ClassVar[int] = LIMIT_MAX

    limit: int = field()
    seconds: Seconds = field(validator=lasting)
    length: int = derived()
    """The same in microseconds."""

    @limit.validator
    def _limited(self, attribute: Any, limit: object) -> None:
        whole(self.limit_max)(self, attribute, limit)

    def __attrs_post_init__(self) -> None:
        length = microseconds(self.seconds)
        # What was spent in an hour tells nothing of a minute.
        table = f"{self.kind}:{self.name}:{length}"
        self.derive(table=table, most=self.limit, length=length)

    def times(self, multiplier: Fraction) -> Self:
        """A larger limit to the same time."""
        return evolve(self, limit=scaled(self.limit, multiplier, self.limit_max))


@frozen(kw_only=True, cache_hash=True)
class FixedWindow(Window):
    """
    `limit` in a window of `seconds` that begins with the first spending after the last ended.

    Two windows may meet, so a stretch of that length may see up to twice the limit.
    """

    kind = "fixed"

    # The state is when the window began, and what was spent in it.

    def take(self, state: State, now: int, cost: int, lease: str) -> tuple[Answer, State]:
        """As the base says."""
        began, used = state if state and now < state[0] + self.length else (now, 0)
        rest = began + self.length - now
        if used + cost > self.limit:
            return (rest, max(self.limit - used, 0), rest), state
        return (0, self.limit - used - cost, rest), (began, used + cost)

    def forgive(self, state: State, end: int, cost: int, lease: str) -> State:
        """Counts it no more, while its own window lasts."""
        if state is None or state[0] + self.length != end:
            return state
        began, used = state
        return (began, used - cost) if used > cost else None

    def idle_at(self, state: State) -> int:
        """As the base says."""
        return int(state[0]) + self.length


@frozen(kw_only=True, cache_hash=True)
class StrictWindow(Window):
    """Never more than `limit` within any stretch of `seconds`, wherever it begins."""

    kind = "strict"
    grows = True
    limit_max = ENTRIES_MAX

    # The state is a stretch of a log: the log, where the stretch begins and ends, and the total
    # before it; each entry says when and the total by then. Whoever spends appends behind the
    # end of his stretch; what an earlier taker left there unkept is dropped.

    def take(self, state: State, now: int, cost: int, lease: str) -> tuple[Answer, State]:
        """As the base says."""
        log, start, end, before = state or _nothing()
        first = bisect_right(log, now - self.length, start, end, key=AT)
        if first > start:
            before = log[first - 1][1]
        total = log[end - 1][1] if end > first else before
        free = self.limit - (total - before)
        if cost > free:
            # The total that has to leave the window before there is room for this.
            leaves = bisect_left(log, before + cost - free, first, end, key=TOTAL)
            wait = log[leaves][0] + self.length - now
            return (wait, max(free, 0), log[end - 1][0] + self.length - now), state
        del log[end:]
        if first > SLACK and first * 2 > end:
            log, first, end = log[first:], 0, end - first
        log.append((now, total + cost))
        return (0, free - cost, self.length), (log, first, end + 1, before)

    def idle_at(self, state: State) -> int:
        """As the base says."""
        log, _, end, _ = state
        return int(log[end - 1][0]) + self.length

    def places(self, state: State) -> int:
        """One for each entry of the log."""
        return int(state[2])


def _nothing() -> Stretch:
    return [], 0, 0, 0

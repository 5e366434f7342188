"""So many at the same time."""

from itertools import accumulate

from attrs import frozen

from .policy import ENTRIES_MAX, Answer, State
from .window import Window


@frozen(kw_only=True, cache_hash=True)
class Concurrency(Window):
    """
    `limit` at the same time; whoever does not give back in `seconds` holds nothing any more.

    The wait is until enough leases end by themselves; they may be given back sooner.
    """

    kind = "lease"
    grows = True
    limit_max = ENTRIES_MAX

    # The state is every lease by its end: when that is, whose, and how much of the limit.

    def take(self, state: State, now: int, cost: int, lease: str) -> tuple[Answer, State]:
        """As the base says."""
        held = [each for each in state if each[0] > now] if state else []
        free = self.limit - sum(each[2] for each in held)
        if cost <= free:
            until = now + self.length
            return (0, free - cost, self.length), (*held, (until, lease, cost))
        # The first end at which there is room for this.
        ended = accumulate(each[2] for each in held)
        until = next(each[0] for each, room in zip(held, ended, strict=True) if free + room >= cost)
        return (until - now, max(free, 0), held[-1][0] - now), state

    def release(self, state: State, lease: str) -> State:
        """As the base says."""
        return tuple(each for each in state or () if each[1] != lease) or None

    def idle_at(self, state: State) -> int:
        """As the base says."""
        return int(state[-1][0])

    def places(self, state: State) -> int:
        """One for each lease."""
        return len(state)

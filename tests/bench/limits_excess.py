"""How many admissions there were beyond what a policy says, as far as one can know from outside."""

from collections.abc import Callable, Iterable, Mapping
from math import floor
from typing import Final, NamedTuple

from .limiter import Quota

GRAIN_SECONDS: Final = 0.002
"""Nobody is blamed for counting in whole milliseconds, at the begin and at the end."""

Allowed = Callable[[Quota, float], int]
"""The most that a policy admits within any stretch of so many seconds."""


class Seen(NamedTuple):
    """An admission: it was made at some moment between these two, in seconds."""

    asked: float
    answered: float


def evenly(quota: Quota, seconds: float) -> int:
    """All at once after a rest, and the share of the time: GCRA and buckets of tokens."""
    return quota.limit + floor(seconds * quota.limit / quota.seconds)


def by_windows(quota: Quota, seconds: float) -> int:
    """In windows that begin wherever they do: one more may have begun than fits in."""
    return quota.limit * (floor(seconds / quota.seconds) + 2)


def strictly(quota: Quota, seconds: float) -> int:
    """No more within any stretch as long as the window."""
    return quota.limit * (floor(seconds / quota.seconds) + 1)


ALLOWED: Final[Mapping[tuple[str, str], Allowed]] = {
    ("limits", "another kind"): by_windows,  # a counter of this window and the share of the last
    ("throttled-py", "another kind"): evenly,  # a bucket of tokens
}
BY_KIND: Final[Mapping[str, Allowed]] = {
    "GCRA": evenly,
    "fixed window": by_windows,
    "strict window": strictly,
}


def allowed(library: str, kind: str) -> Allowed:
    """What that policy of that library says of itself."""
    return ALLOWED.get((library, kind)) or BY_KIND[kind]


def excess(seen: Iterable[Seen], quota: Quota, most: Allowed) -> int:
    """
    How many too many there surely were in the worst stretch of time, wherever it begins.

    Only what was asked and answered within a stretch was surely admitted in it.
    """
    by_end = sorted(seen, key=lambda each: each.answered)
    worst = 0
    for begin in {each.asked for each in by_end}:
        within = 0
        for each in by_end:
            if each.asked >= begin:
                within += 1
                seconds = each.answered - begin + GRAIN_SECONDS
                worst = max(worst, within - most(quota, seconds))
    return worst

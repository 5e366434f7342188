"""What the benchmark of limits calls too many is certain, and nothing that is certain is missed."""

from collections.abc import Sequence

import pytest

from tests.bench.limiter import Quota
from tests.bench.limits_excess import (
    Allowed,
    Seen,
    allowed,
    by_windows,
    evenly,
    excess,
    strictly,
)

TWO = Quota(2, 10)


def at(*moments: float) -> Sequence[Seen]:
    """Admissions whose moments are known."""
    return [Seen(moment, moment) for moment in moments]


@pytest.mark.parametrize(
    ("most", "fits", "does_not"),
    [
        (strictly, [0, 9, 10, 19, 20], [0, 9, 9.9]),
        (strictly, [0, 0, 10, 10, 20, 20], [0, 9, 10, 18.9]),
        (evenly, [0, 0, 5, 10, 15, 20], [0, 0, 4.9]),
        (evenly, [0, 20, 20, 25], [0, 20, 20, 24.9]),
        (by_windows, [9.9, 9.9, 10, 10, 20, 20], [9, 9.9, 10, 10, 10.1]),
        (by_windows, [0, 0, 0, 0], [0, 0, 0, 0, 0]),
    ],
)
def test_one_more_than_the_definition_is_one_too_many(
    most: Allowed, fits: Sequence[float], does_not: Sequence[float]
) -> None:
    """In whatever order they are told, and none as long as it may be so."""
    assert excess(at(*fits[::-1]), TWO, most) == 0
    assert excess(at(*does_not[::-1]), TWO, most) == 1


def test_the_worst_stretch_counts() -> None:
    """Not the first, and not all of them together."""
    moments = [0, 1, 2, 100, 101, 102, 103, 200, 201, 202]
    assert excess(at(*moments), TWO, strictly) == 2


def test_what_may_have_happened_outside_is_not_held_against_a_limiter() -> None:
    """It was asked before, or answered after."""
    seen = [Seen(0, 5), Seen(4, 9), Seen(8, 11)]
    assert excess(seen, TWO, strictly) == 0
    assert excess([*seen, Seen(4, 9)], TWO, strictly) == 1


def test_a_kind_of_its_own_is_judged_by_what_it_says_of_itself() -> None:
    """A bucket of tokens by the rate, a window that slides in two by those two."""
    assert allowed("throttled-py", "another kind") is evenly
    assert allowed("limits", "another kind") is by_windows
    assert allowed("limits", "strict window") is strictly


def test_nothing_is_not_too_many() -> None:
    """When nobody was admitted."""
    assert excess([], TWO, strictly) == 0

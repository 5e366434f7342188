"""Whether memory grows is told from its noise, and from what a start costs."""

import os

import pytest

from tests.bench.steady_memory import Watched, growth, resident_bytes


@pytest.mark.parametrize(
    ("samples", "grows"),
    [
        ([100] * 40, 0.0),
        ([*range(10, 110, 10), *[100] * 30], 0.0),  # a start
        ([100] * 20 + [500] + [100] * 19, 0.0),  # a moment
        ([*[100] * 20, *[110] * 20], 0.1),
        ([100 + each for each in range(100)], 0.43),  # a leak
        ([7], 0.0),
    ],
)
def test_growth(samples: list[int], grows: float) -> None:
    """The median of the end over that of the beginning, once it is warm."""
    assert growth(samples) == pytest.approx(grows, abs=0.01)


def test_a_process_is_looked_at() -> None:
    """Ours has some megabytes; one that is gone has none."""
    ours = Watched("ours", os.getpid())
    ours.look()
    assert ours.samples[0] > 2**20
    assert ours.row[0] == "ours"
    assert resident_bytes(2**22 + 1) == 0

"""Who pays whom: the same payments for every contender."""

from collections.abc import Iterator
from itertools import cycle
from random import Random
from typing import Final, Literal, NamedTuple, get_args
from uuid import UUID

from altyn.adapters.system import SystemClock
from altyn.core.identifiers import TimeOrdered

Shape = Literal["spread", "hot"]
SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)

ACCOUNTS: Final = 10_000
"""Accounts that pay, numbered from one; the house has the number zero."""

HOUSE: Final = 0
OPENING_UNITS: Final = 1_000_000_000
"""What each of them has at first: more than it can spend while it is measured."""

UNITS_MAX: Final = 100
DRAWN: Final = 50_000


class Payment(NamedTuple):
    """One transfer that is asked for, in words that every contender translates into its own."""

    id: UUID
    source: int
    target: int
    units: int


def payments(shape: Shape, seed: int) -> Iterator[Payment]:
    """Payments without end, each with an id of its own that grows with time."""
    random, new_id = Random(seed), TimeOrdered(SystemClock())
    # Drawn beforehand, so that while time is taken nobody pays for the drawing.
    drawn = [(*_parties(shape, random), random.randint(1, UNITS_MAX)) for _ in range(DRAWN)]
    for source, target, units in cycle(drawn):
        yield Payment(new_id(), source, target, units)


def _parties(shape: Shape, random: Random) -> tuple[int, int]:
    if shape == "hot":
        return random.randint(1, ACCOUNTS), HOUSE
    source, target = random.sample(range(1, ACCOUNTS + 1), 2)
    return source, target

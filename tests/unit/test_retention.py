"""What was kept long enough is forgotten, in small writes; nothing else is."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import fields

from altyn.adapters.memory import ManualClock, MemorySignals
from altyn.core.retention import AT_ONCE, BOUNDS, TIMES_MAX, ForgetOld, Forgetting, Retention
from altyn.core.transaction import StorageUnreachable

DAY = timedelta(days=1)


def pile(there: int, asked: list[datetime]) -> Callable[[datetime, int], Awaitable[int]]:
    """So much of something old; notes before when it was to have been."""
    left = [there]

    async def forget(before: datetime, limit: int) -> int:
        asked.append(before)
        gone = min(left[0], limit)
        left[0] -= gone
        return gone

    return forget


@pytest.mark.parametrize("name", BOUNDS)
def test_each_time_has_bounds(name: str) -> None:
    """What is set below or above them is refused, by name."""
    least, most = BOUNDS[name]
    for days in (least, most):
        assert getattr(Retention(**{name: days * DAY}), name) == days * DAY
    wrong: list[Any] = [least * DAY - timedelta(seconds=1), most * DAY + timedelta(seconds=1)]
    for kept in wrong:
        with pytest.raises(ValueError, match=f"{name} are kept for {least} to {most} days"):
            Retention(**{name: kept})


def test_all_of_the_table_is_bounded() -> None:
    """Nothing is in one and not in the other."""
    assert list(BOUNDS) == [each.name for each in fields(Retention)]


async def test_what_is_old_goes_in_small_writes() -> None:
    """Until nothing is left, or it was often enough for this time."""
    clock, signals, asked = ManualClock(), MemorySignals(), list[datetime]()
    much = AT_ONCE * TIMES_MAX + 7
    these = [
        Forgetting("tasks", 3 * DAY, pile(much, asked)),
        Forgetting("events", DAY, pile(AT_ONCE, [])),
        Forgetting("errands", DAY, pile(0, [])),
    ]
    forget = ForgetOld(these, clock, signals)
    assert await forget() == AT_ONCE * TIMES_MAX + AT_ONCE
    assert asked == [clock.now() - 3 * DAY] * TIMES_MAX
    assert await forget() == 7
    counted = {dict(labels)["what"]: n for (_, labels), n in signals.counts.items()}
    assert counted == {"tasks": much, "events": AT_ONCE}


async def test_what_cannot_be_forgotten_is_in_nobodys_way() -> None:
    """The others are forgotten, and then it is told."""

    async def away(before: datetime, limit: int) -> int:
        raise StorageUnreachable("here", "it is away")

    asked: list[datetime] = []
    these = [Forgetting("tasks", DAY, away), Forgetting("events", DAY, pile(3, asked))]
    with pytest.raises(StorageUnreachable):
        await ForgetOld(these, ManualClock(), MemorySignals())()
    assert len(asked) == 1

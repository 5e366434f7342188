"""Tasks are counted for whoever watches, and forgotten in the end."""

from uuid import UUID, uuid4

import pytest

from altyn.adapters.memory import ManualClock, MemorySignals, MemoryStore, MemoryTasks
from altyn.core.tasks import (
    ClaimId,
    CountTasks,
    Task,
    TaskId,
)

TELL = Task(id=TaskId(UUID(int=1)), kind="tell")
ASK = Task(id=TaskId(UUID(int=2)), kind="ask")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tasks(clock: ManualClock) -> MemoryTasks:
    return MemoryTasks(MemoryStore(), clock)


async def test_they_are_counted(tasks: MemoryTasks, clock: ManualClock) -> None:
    """By kind and state, with how long the oldest has been due; when all is done, it is none."""
    signals = MemorySignals()
    count = CountTasks(tasks, signals)

    def told(kind: str) -> tuple[list[float], float]:
        states = (
            signals.gauges["tasks", frozenset({("kind", kind), ("state", state)})]
            for state in ("waiting", "claimed", "dead")
        )
        oldest = signals.gauges["tasks_oldest_seconds", frozenset({("kind", kind)})]
        return list(states), oldest

    await tasks.enqueue([TELL, ASK])
    (held,) = await tasks.claim(ClaimId(uuid4()), {"ask": 1}, 600)
    clock.advance(minutes=2)
    await count()
    assert told("tell") == ([1, 0, 0], 120)
    assert told("ask") == ([0, 1, 0], 0)
    await tasks.end([held.dead("no")])
    (held,) = await tasks.claim(ClaimId(uuid4()), {"tell": 1}, 600)
    await tasks.end([held.done()])
    await count()
    assert told("tell") == ([0, 0, 0], 0)
    assert told("ask") == ([0, 0, 1], 0)

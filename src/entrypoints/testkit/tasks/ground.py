"""What every story about tasks starts from: fixtures, tasks, claims."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import pytest

from ....core.tasks import Claimed, ClaimId, Task, TaskId, Tasks
from ....core.transaction import Transaction
from ..cache import Passing

LONG_AGO: Final = datetime(2020, 1, 1, 12, 0, 0, 1, tzinfo=UTC)
FAR: Final = datetime(2150, 1, 1, 12, tzinfo=UTC)
TICK: Final = timedelta(microseconds=1)
LEASE_SECONDS: Final = 600.0
"""Longer than any test takes on a slow machine."""


@pytest.mark.asyncio
class Ground:
    """The fixtures that whoever runs the contract overrides: all of one storage."""

    @pytest.fixture
    def tasks(self) -> Tasks:
        """No tasks."""
        raise NotImplementedError("override the fixture `tasks`")

    @pytest.fixture
    def other(self, tasks: Tasks) -> Tasks:
        """The same tasks as another process sees them."""
        return tasks

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of that storage, for `tasks`."""
        raise NotImplementedError("override the fixture `transaction`")

    @pytest.fixture
    def passing(self) -> Passing:
        """What lets time pass for all of them, without waiting."""
        raise NotImplementedError("override the fixture `passing`")


def task(kind: str = "tell", **facts: Any) -> Task:
    """Something to be done."""
    return Task(id=TaskId(uuid4()), kind=kind, facts=facts)


async def claimed(
    tasks: Tasks, most: int = 10, kind: str = "tell", seconds: float = LEASE_SECONDS
) -> list[Claimed]:
    """What is due of a kind is claimed."""
    return list(await tasks.claim(ClaimId(uuid4()), {kind: most}, seconds))


async def one(tasks: Tasks, kind: str = "tell", seconds: float = LEASE_SECONDS) -> Claimed:
    """The only one that is due is claimed."""
    (only,) = await claimed(tasks, 10, kind, seconds)
    return only

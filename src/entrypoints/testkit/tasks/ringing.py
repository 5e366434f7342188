"""The contract of `core.bells.Bell`, where tasks ring it."""

import asyncio
import time

import pytest

from ....core.bells import Bell
from ....core.tasks import Tasks
from ....core.transaction import Transaction
from .ground import claimed, one, task

SOON_SECONDS = 30.0
"""After that somebody waits for what will never come."""


@pytest.mark.asyncio
class BellContract:
    """
    What every bell does. Subclass it in a test and override three fixtures: `bell`, `tasks` that it
    rings for, and `transaction` of their storage.
    """

    @pytest.fixture
    def tasks(self) -> Tasks:
        """No tasks."""
        raise NotImplementedError("override the fixture `tasks`")

    @pytest.fixture
    def bell(self, tasks: Tasks) -> Bell:
        """The bell that rings for them."""
        raise NotImplementedError("override the fixture `bell`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of their storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_it_rings_when_a_task_comes(self, bell: Bell, tasks: Tasks) -> None:
        """Whoever waits comes back long before his time is over, and gets it."""
        await still(bell)
        waiting = asyncio.create_task(bell.wait(SOON_SECONDS))
        await asyncio.sleep(0)
        await tasks.enqueue([task()])
        await self._soon(waiting)
        await one(tasks)

    async def test_it_is_heard_by_who_comes_later(self, bell: Bell, tasks: Tasks) -> None:
        """A task that came between two waits ends the second at once."""
        await still(bell)
        await tasks.enqueue([task()])
        await self._soon(asyncio.create_task(bell.wait(SOON_SECONDS)))

    async def test_it_rings_for_what_was_committed(
        self, bell: Bell, tasks: Tasks, transaction: Transaction
    ) -> None:
        """Whoever claims when it rings gets what came with a transaction."""
        await still(bell)
        got = asyncio.create_task(self._first(bell, tasks))
        async with transaction():
            await tasks.enqueue([task()])
            await asyncio.sleep(0.01)
        async with asyncio.timeout(SOON_SECONDS):
            assert await got == 1

    async def test_it_rings_for_what_is_replayed(self, bell: Bell, tasks: Tasks) -> None:
        """A person who has it done again need not wait either."""
        await tasks.enqueue([task()])
        held = await one(tasks)
        await tasks.end([held.dead("no")])
        await still(bell)
        await tasks.replay(held.task.id)
        await self._soon(asyncio.create_task(bell.wait(SOON_SECONDS)))

    async def test_nobody_waits_for_ever(self, bell: Bell) -> None:
        """When nothing comes the wait ends after its time."""
        await still(bell)
        async with asyncio.timeout(SOON_SECONDS):
            await bell.wait(0.01)

    async def _soon(self, waiting: asyncio.Task[None]) -> None:
        began = time.monotonic()
        await waiting
        assert time.monotonic() - began < SOON_SECONDS / 2

    async def _first(self, bell: Bell, tasks: Tasks) -> int:
        while True:
            await bell.wait(SOON_SECONDS)
            if got := await claimed(tasks):
                return len(got)


async def still(bell: Bell) -> None:
    """Until it has nothing left to ring for."""
    for _ in range(20):
        began = time.monotonic()
        await bell.wait(0.1)
        if time.monotonic() - began >= 0.1:
            return
    pytest.fail("it rings for nothing, again and again")

"""The contract of `core.bells.Bell`, where events ring it."""

import asyncio

import pytest

from ...core.bells import Bell
from ...core.events import Outbox
from ...core.transaction import Transaction
from .outbox import event
from .tasks.ringing import SOON_SECONDS, still

NEVER_SECONDS = 60.0
"""Nobody waits that long for what was rung."""


@pytest.mark.asyncio
class OutboxBellContract:
    """
    What the bell of an outbox does. Subclass it in a test and override three fixtures: `outbox`,
    the `bell` that it rings, and `transaction` of its storage.
    """

    @pytest.fixture
    def outbox(self) -> Outbox:
        """An empty one."""
        raise NotImplementedError("override the fixture `outbox`")

    @pytest.fixture
    def bell(self, outbox: Outbox) -> Bell:
        """The bell that it rings."""
        raise NotImplementedError("override the fixture `bell`")

    @pytest.fixture
    def transaction(self) -> Transaction:
        """The transaction of its storage."""
        raise NotImplementedError("override the fixture `transaction`")

    async def test_it_rings_when_an_event_is_kept(self, bell: Bell, outbox: Outbox) -> None:
        """Whoever waits comes back long before his time is over."""
        await still(bell)
        waiting = asyncio.create_task(bell.wait(NEVER_SECONDS))
        await asyncio.sleep(0)
        await outbox.put([event()])
        async with asyncio.timeout(SOON_SECONDS):
            await waiting

    async def test_it_rings_for_what_was_committed(
        self, bell: Bell, outbox: Outbox, transaction: Transaction
    ) -> None:
        """Whoever looks when it rings is not too early for what is kept by a transaction."""
        await still(bell)
        ended = asyncio.Event()

        async def look() -> bool:
            await bell.wait(NEVER_SECONDS)
            return bool(await outbox.after(0, 1)) or ended.is_set()

        looking = asyncio.create_task(look())
        async with transaction():
            await outbox.put([event()])
            await asyncio.sleep(0.05)
        ended.set()
        async with asyncio.timeout(SOON_SECONDS):
            assert await looking

    async def test_another_rings_as_well(self, bell: Bell, outbox: Outbox) -> None:
        """Each who waits has their own, and hears what others have heard before."""
        first, second = bell.another(), bell.another()
        for each in (bell, first, second):
            await still(each)
        await outbox.put([event()])
        for each in (first, bell, second):
            async with asyncio.timeout(SOON_SECONDS):
                await each.wait(NEVER_SECONDS)

    async def test_nobody_waits_for_ever(self, bell: Bell) -> None:
        """When nothing comes the wait ends after its time."""
        async with asyncio.timeout(SOON_SECONDS):
            await bell.wait(0.01)

"""What one process of all does: whoever has the lease, as long as they have it."""

import pytest

from altyn.adapters.memory import ManualClock, MemoryLeases, MemoryStore
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.worker.alone import SECONDS, Alone


async def test_one_at_a_time() -> None:
    """Whoever comes meanwhile does nothing; afterwards the next one does it."""
    leases = MemoryLeases(MemoryStore(), ManualClock())
    others: list[bool] = []

    async def nothing() -> None:
        pass

    other = Alone(leases, "forgetting", "other", nothing)

    async def work() -> None:
        others.append(await other())

    alone = Alone(leases, "forgetting", "us", work)
    assert [await alone(), await alone()] == [True, True]
    assert others == [False, False]
    assert await other()


async def test_who_fails_or_dies_is_followed() -> None:
    """At once, or when the lease is over."""
    clock = ManualClock()
    leases = MemoryLeases(MemoryStore(), clock)

    async def fails() -> None:
        raise StorageUnreachable("here", "it is away")

    async def nothing() -> None:
        pass

    other = Alone(leases, "forgetting", "other", nothing)
    with pytest.raises(StorageUnreachable):
        await Alone(leases, "forgetting", "us", fails)()
    assert await other()
    await leases.take("forgetting", "dead", SECONDS)
    assert not await other()
    clock.advance(seconds=SECONDS + 1)
    assert await other()

"""Virtual time takes none, keeps the order of timers, and says when nobody can go on."""

import asyncio
import time

import pytest

from altyn.entrypoints.testkit import Deadlock, VirtualLoop, run_virtually


def test_hours_take_no_time() -> None:
    """A day of waiting passes at once, and the loop's time says that it passed."""

    async def story() -> float:
        await asyncio.sleep(24 * 3600)
        return asyncio.get_running_loop().time()

    before = time.monotonic()
    assert run_virtually(story()) == pytest.approx(24 * 3600)
    assert time.monotonic() - before < 60


def test_timers_are_due_in_their_order() -> None:
    """Whoever waits less goes on first; deadlines are timers like others."""
    told: list[str] = []

    async def wait(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        told.append(name)

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(wait("third", 30))
            group.create_task(wait("first", 0.001))
            group.create_task(wait("second", 2))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await wait("never", 6)

    run_virtually(story())
    assert told == ["first", "second", "third"]


def test_ticks_are_the_loops_time() -> None:
    """In microseconds."""

    async def story() -> int:
        await asyncio.sleep(1.5)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        return loop.ticks()

    assert run_virtually(story()) == 1_500_000


def test_waiting_for_nobody_is_told() -> None:
    """A story that can never go on ends instead of hanging."""

    async def story() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(Deadlock):
        run_virtually(story())

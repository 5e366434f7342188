"""What a pool does after a restart, wherever its memory is."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final, Never

import pytest

from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.core.errors import Unavailable
from altyn.core.resilience import (
    BALANCED,
    Candidate,
    Effect,
    EndpointPool,
    Operation,
    Reputations,
    TurnedAway,
    remembering,
)

Opened = Callable[[], AbstractAsyncContextManager[Reputations]]
"""Opens the place where reputations are kept, as a process does when it starts."""

FIRST, SECOND = Candidate("first"), Candidate("second")
PRICE: Final = Operation("price", Effect.READ, (FIRST, SECOND))
RESTS_SECONDS: Final = BALANCED.circuit_timeout_seconds
HOURS: Final = 3600


class RestartStories:
    """Subclass it and override the fixture `opened`."""

    @pytest.fixture
    def opened(self) -> Opened:
        raise NotImplementedError("override the fixture `opened`")

    @pytest.mark.parametrize(
        ("later_seconds", "called"),
        [
            (RESTS_SECONDS - 1, ["second", "second"]),
            (RESTS_SECONDS + 1, ["first", "second"]),
            (6 * HOURS - 1, ["first", "second"]),
            (6 * HOURS + 1, ["first", "first"]),
        ],
        ids=["while it rests", "after its rest", "before it is forgotten", "once it is forgotten"],
    )
    async def test_a_broken_endpoint_is_still_known(
        self, opened: Opened, later_seconds: float, called: list[str]
    ) -> None:
        """It rests, is then tried by one call alone, and is as good as new six hours later."""
        clock = ManualClock()
        async with opened() as reputations:
            pool = EndpointPool("shop", [PRICE], clock, ticks=ManualTicks())
            async with remembering(pool, reputations):
                for _ in range(BALANCED.circuit_threshold):
                    with pytest.raises(Unavailable):
                        await pool.call("price", _first_fails)
        clock.advance(seconds=later_seconds)
        async with opened() as reputations:
            # Another process, whose ticks begin elsewhere.
            pool = EndpointPool("shop", [PRICE], clock, ticks=ManualTicks(5))
            async with remembering(pool, reputations):
                assert sorted(await _called_by_two(pool)) == called


async def _first_fails(candidate: Candidate) -> Never:
    raise Unavailable if candidate == FIRST else TurnedAway("asleep")


async def _called_by_two(pool: EndpointPool) -> list[str]:
    """The endpoints that two calls go to, neither of which ends before both began."""
    both = asyncio.Barrier(2)

    async def answers(candidate: Candidate) -> str:
        await both.wait()
        return candidate.name

    return await asyncio.gather(*(pool.call("price", answers) for _ in range(2)))

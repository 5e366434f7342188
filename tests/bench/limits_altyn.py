"""Our own limits, through their public port."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Final

from altyn.adapters.memory import MemoryMeter
from altyn.adapters.redis import RedisMeter, Wire
from altyn.core.limits import Concurrency, FixedWindow, Meter, Policy, Rate, StrictWindow

from .limiter import OURS, Decide, Kind, Limiter, Quota

PLACES_MAX: Final = 5_000_000
"""Strict windows remember each decision, and the benchmark makes more of them than a program."""


@asynccontextmanager
async def altyn(url: str | None) -> AsyncIterator[Sequence[Limiter]]:
    """As the protocol says."""
    if url is None:
        yield _limiters(lambda: MemoryMeter(places_max=PLACES_MAX))
        return
    async with aclosing(Wire(url)) as wire:
        meter = RedisMeter(wire, "bench-altyn:")
        yield _limiters(lambda: meter)


def at_once(limit: int) -> Policy:
    """A limit of another kind, which peers do not have: so many at the same time."""
    return Concurrency(name="at-once", limit=limit, seconds=60)


def decider(meter: Meter, policy: Policy) -> Decide:
    """Asks the meter, and reads what it says."""

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if (await meter.admit((key, policy, 1))).admitted:
                admitted += 1
        return admitted

    return decide


def _limiters(meter: Callable[[], Meter]) -> Sequence[Limiter]:
    kinds: tuple[Kind, ...] = ("GCRA", "fixed window", "strict window")
    return [Limiter(OURS, kind, partial(_counting, meter(), kind)) for kind in kinds]


def _counting(meter: Meter, kind: Kind, quota: Quota) -> Decide:
    limit, seconds = quota.limit, quota.seconds
    name = f"{limit}"
    match kind:
        case "GCRA":
            return decider(meter, Rate(name=name, count=limit, seconds=seconds, burst=limit))
        case "fixed window":
            return decider(meter, FixedWindow(name=name, limit=limit, seconds=seconds))
        case _:
            return decider(meter, StrictWindow(name=name, limit=limit, seconds=seconds))

"""Limiters take turns under every load; and then many come at once, and are counted."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from statistics import median
from time import perf_counter, process_time
from typing import Final

from attrs import field, frozen
from redis.asyncio import Redis

from altyn.adapters.memory import MemoryMeter
from altyn.adapters.redis import RedisMeter, Wire
from altyn.core.limits import Meter

from .limiter import OURS, PLENTY, TEN, Decide, Library, Limiter
from .limits_altyn import altyn, at_once, decider
from .limits_limits import limits
from .limits_load import SHAPES, Keys, Load, Measured, Wrong, measure, trial
from .limits_naive import naive
from .limits_pyrate import pyrate
from .limits_rush import Rush, rush
from .limits_throttled import throttled
from .progress import say
from .turns import in_turn

LIBRARIES: Final[Sequence[Library]] = (altyn, limits, throttled, pyrate)
CALLERS: Final = 64
CROWDS: Final = 10


@frozen(kw_only=True)
class Plan:
    """How long and how often, and with how many tasks."""

    rounds: int
    seconds: float
    tasks: Sequence[int]
    keys: int
    rush_seconds: float


@frozen
class Cell:
    """A limiter under a load: the medians of its rounds, or what was wrong with it."""

    storage: str
    limiter: Limiter
    load: Load
    runs: Sequence[Measured]
    fault: str | None = None

    @property
    def per_second(self) -> float:
        """Decisions in a second."""
        return median(run.per_second for run in self.runs)

    @property
    def p99_microseconds(self) -> float:
        """All but one in a hundred took no longer."""
        return median(run.p99_microseconds for run in self.runs)


@frozen
class Crowd:
    """64 callers at once for a key of which ten may be admitted, a few times over."""

    storage: str
    library: str
    kind: str
    admitted: Sequence[int]

    @property
    def too_many(self) -> int:
        """How many were admitted beyond what the policy says, all times together."""
        return sum(max(0, each - TEN.limit) for each in self.admitted)


@frozen
class Results:
    """All that was measured."""

    cells: Sequence[Cell] = field(factory=tuple)
    crowds: Sequence[Crowd] = field(factory=tuple)
    rushes: Sequence[Rush] = field(factory=tuple)


async def measure_limiters(storage: str, url: str | None, plan: Plan) -> Results:
    """All of them, in memory when there is no address."""
    async with AsyncExitStack() as stack:
        found = [await stack.enter_async_context(library(url)) for library in LIBRARIES]
        limiters = [limiter for library in found for limiter in library]
        cells = await _measure(storage, limiters, plan)
        crowds = [await _crowd(storage, each, each.counting(TEN)) for each in limiters]
    rushes = await asyncio.to_thread(rush, url, plan.rush_seconds) if url is not None else ()
    return Results(cells, [*crowds, *await _others(storage, url)], rushes)


async def _measure(storage: str, limiters: Sequence[Limiter], plan: Plan) -> Sequence[Cell]:
    loads = [Load(shape, tasks) for shape in SHAPES for tasks in plan.tasks]
    keys = Keys(plan.keys)
    plenty = {limiter: limiter.counting(PLENTY) for limiter in limiters}
    ten = {limiter: limiter.counting(TEN) for limiter in limiters}
    expected: dict[tuple[Limiter, Load], float] = {}
    runs: defaultdict[tuple[Limiter, Load], list[Measured]] = defaultdict(list)
    faults: dict[tuple[Limiter, Load], str] = {}
    watch = process_time if storage == "memory" else perf_counter
    if storage == "memory":
        for decide in plenty.values():
            await decide(keys.all)  # in Redis a new key costs what an old one does
        say("memory: everybody knows all keys")
    for turn in range(plan.rounds):
        for load in loads:
            for limiter in in_turn(limiters, turn):
                cell = limiter, load
                decide = (ten if load.shape == "refused" else plenty)[limiter]
                try:
                    if cell not in expected:
                        expected[cell] = await trial(decide, load, keys)
                    measured = await measure(
                        decide, load, keys, plan.seconds, expected[cell], watch
                    )
                except Wrong as wrong:
                    faults[cell] = str(wrong)
                    continue
                expected[cell] = measured.per_second
                runs[cell].append(measured)
            say(f"{storage}, round {turn + 1}, {load.shape}, {load.tasks} tasks{_best(runs, load)}")
    return [
        Cell(storage, limiter, load, runs[limiter, load], faults.get((limiter, load)))
        for limiter in limiters
        for load in loads
    ]


def _best(runs: Mapping[tuple[Limiter, Load], Sequence[Measured]], load: Load) -> str:
    latest = [
        (done[-1].per_second, limiter)
        for (limiter, at), done in runs.items()
        if at == load and done
    ]
    ours = max((rate for rate, limiter in latest if limiter.ours), default=0.0)
    peers = max((rate for rate, limiter in latest if not limiter.ours), default=0.0)
    return f": {OURS} {ours:,.0f}/s, the fastest peer {peers:,.0f}/s"


async def _crowd(storage: str, limiter: Limiter, decide: Decide) -> Crowd:
    return Crowd(storage, limiter.name, limiter.kind, await _admitted(decide))


async def _others(storage: str, url: str | None) -> Sequence[Crowd]:
    """The kind that only we have, and the limiter that nobody should have."""

    async def leases(meter: Meter) -> Crowd:
        return Crowd(storage, OURS, "at once", await _admitted(decider(meter, at_once(TEN.limit))))

    if url is None:
        return [await leases(MemoryMeter())]
    wire = Wire(url)
    async with Redis.from_url(url) as client:
        crowd = Crowd(storage, "GET, SETEX, INCR", "naive", await _admitted(naive(client, TEN)))
    try:
        return [await leases(RedisMeter(wire, "bench-altyn:")), crowd]
    finally:
        await wire.aclose()


async def _admitted(decide: Decide) -> Sequence[int]:
    """How many of 64 who ask at once, for one key after another."""
    return [
        sum(await asyncio.gather(*(decide([f"crowd-{crowd}"]) for _ in range(CALLERS))))
        for crowd in range(CROWDS)
    ]

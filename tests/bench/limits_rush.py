"""Processes that rush one key while window after window ends, and what they were admitted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from multiprocessing import get_context
from threading import Barrier
from time import monotonic
from typing import Final, NamedTuple

from attrs import frozen
from redis.asyncio import Redis

from .limiter import Decide, Library, Limiter, Quota
from .limits_altyn import altyn
from .limits_excess import Seen, allowed, excess
from .limits_limits import limits
from .limits_naive import naive
from .limits_pyrate import pyrate
from .limits_throttled import throttled
from .progress import say

RUSHED: Final = Quota(20, 1)
"""The window is the shortest that all libraries know."""
KEY: Final = "rushed"
PROCESSES: Final = 4
TASKS: Final = 8
"""Of each process; who asks in the blocking way has a thread of it, and asks alone."""
PAUSE_SECONDS: Final = 0.002
"""After a refusal: one that is remembered would otherwise be heard a million times a second."""
START_SECONDS_MAX: Final = 60


class Heard(NamedTuple):
    """What one process heard of a limiter."""

    library: str
    name: str
    kind: str
    asked: int
    seen: Sequence[Seen]


@frozen
class Rush:
    """A limiter in a rush: how often all processes asked, and how often it admitted."""

    library: str
    kind: str
    asked: int
    admitted: int
    too_many: int
    """In the worst stretch of time."""


@asynccontextmanager
async def _naive(url: str | None) -> AsyncIterator[Sequence[Limiter]]:
    async with Redis.from_url(url or "") as client:
        yield [Limiter("naive", "fixed window", partial(naive, client))]


# Those of one line are rushed at the same time, each under keys of its own.
TOGETHER: Final[Sequence[Sequence[Library]]] = ((altyn, _naive), (limits,), (throttled,), (pyrate,))


def rush(url: str, seconds: float) -> Sequence[Rush]:
    """All limiters on that Redis, each for so many seconds."""
    found: list[Rush] = []
    context = get_context("spawn")
    gate = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, _stand_at, (gate,)) as processes:
        for turn in range(len(TOGETHER)):
            parts = [processes.submit(_take_part, url, turn, seconds) for _ in range(PROCESSES)]
            heard = zip(*(part.result() for part in parts), strict=True)
            found += (_together(each) for each in heard)
            say(f"redis, rush {turn + 1} of {len(TOGETHER)}: {_worst(found)}")
    return found


def _together(heard: Sequence[Heard]) -> Rush:
    first = heard[0]
    seen = [each for one in heard for each in one.seen]
    most = allowed(first.library, first.kind)
    asked = sum(one.asked for one in heard)
    return Rush(first.name, first.kind, asked, len(seen), excess(seen, RUSHED, most))


def _worst(found: Sequence[Rush]) -> str:
    worst = max(found, key=lambda each: each.too_many)
    return f"{worst.library}, {worst.kind} was the worst by now with {worst.too_many} too many"


# What follows happens in each of the processes.

_gates: list[Barrier] = []


def _stand_at(gate: Barrier) -> None:
    _gates.append(gate)


def _take_part(url: str, turn: int, seconds: float) -> Sequence[Heard]:
    return asyncio.run(_hear(url, TOGETHER[turn], seconds))


async def _hear(url: str, libraries: Sequence[Library], seconds: float) -> Sequence[Heard]:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(library(url)) for library in libraries]
        limiters = [limiter for library in opened for limiter in library]
        deciders = [limiter.counting(RUSHED) for limiter in limiters]
        for decide in deciders:
            await decide(["warm"])
        _gates[0].wait(START_SECONDS_MAX)
        end = monotonic() + seconds
        return await asyncio.gather(*map(_ask, limiters, deciders, [end] * len(limiters)))


async def _ask(limiter: Limiter, decide: Decide, end: float) -> Heard:
    seen: list[Seen] = []
    if limiter.blocking:
        asked = await asyncio.to_thread(asyncio.run, _go_on(decide, end, seen))
    else:
        asked = sum(await asyncio.gather(*(_go_on(decide, end, seen) for _ in range(TASKS))))
    return Heard(limiter.library, limiter.name, limiter.kind, asked, seen)


async def _go_on(decide: Decide, end: float, seen: list[Seen]) -> int:
    """Ask again and again; how often that was."""
    asked = 0
    while (before := monotonic()) < end:
        asked += 1
        if await decide([KEY]):
            seen.append(Seen(before, monotonic()))
        else:
            await asyncio.sleep(PAUSE_SECONDS)
    return asked

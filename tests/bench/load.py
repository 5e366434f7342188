"""The closed loop: each worker pays, waits for the answer, and pays again."""

import asyncio
import gc
import math
from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import Final

from attrs import frozen

from .contender import Pay
from .traffic import Payment

STUCK_SECONDS: Final = 60


@frozen
class Measured:
    """What was seen while time was taken, and how much was answered before and after it too."""

    per_second: float
    p50_ms: float
    p99_ms: float
    answered: int


async def closed_loop(
    pays: Sequence[Pay], payments: Iterator[Payment], seconds: float, warm_up_seconds: float
) -> Measured:
    """
    Let the workers pay for so long; what is answered while they warm up does not count.

    Whatever was begun is waited for, so that all that was asked is also answered.
    """
    gc.collect()  # each begins with as little to collect as the others
    begins = perf_counter() + warm_up_seconds
    ends = begins + seconds
    took: list[float] = []
    answered = 0

    async def work(pay: Pay) -> None:
        nonlocal answered
        while True:
            payment = next(payments)
            asked = perf_counter()
            if asked >= ends:
                return
            await pay(payment)
            now = perf_counter()
            answered += 1
            if begins <= now < ends:
                took.append(now - asked)

    async with asyncio.timeout(warm_up_seconds + seconds + STUCK_SECONDS):
        async with asyncio.TaskGroup() as group:
            for pay in pays:
                group.create_task(work(pay))
    took.sort()
    return Measured(len(took) / seconds, _quantile(took, 0.5), _quantile(took, 0.99), answered)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """In milliseconds; endless when nothing was answered at all."""
    return 1000 * ordered[int(share * (len(ordered) - 1))] if ordered else math.inf

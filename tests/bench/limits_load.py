"""Callers who ask for decisions: how many they get in a second, and how long one takes."""

import asyncio
import gc
import threading
from collections.abc import Callable, Sequence
from itertools import count, cycle, islice
from random import Random
from time import perf_counter
from typing import Final, Literal, get_args

from attrs import frozen

from .limiter import PLENTY, Decide

Watch = Callable[[], float]
"""Tells seconds: those of the day, or those in which this process was at work."""

Shape = Literal["hot", "uniform", "refused"]
SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)

KEYS: Final = 10_000
HOT_DECISIONS: Final = PLENTY.limit // 2
"""So often a hot key is asked for; then another one is hot, before anybody is refused."""
SHOWN: Final = 2_000
"""Decisions of which each is timed by itself."""
DECISIONS_MIN: Final = 64
DECISIONS_MAX: Final = 300_000

DRAWN: Final = 50_000
SPENT: Final = "spent"


@frozen
class Load:
    """So many tasks ask at the same time, for such keys."""

    shape: Shape
    tasks: int


@frozen
class Measured:
    """What they got."""

    per_second: float
    p99_microseconds: float


class Keys:
    """Keys to ask for, of so many; a hot one is never given out again in the next run."""

    def __init__(self, number: int) -> None:
        self.all = [f"user-{key}" for key in range(number)]
        # Drawn beforehand, so that all contenders are asked for the same.
        self._uniform = cycle(Random(7).choices(self.all, k=DRAWN))
        self._hot = count()

    def of(self, shape: Shape, number: int) -> Sequence[str]:
        """So many of them."""
        match shape:
            case "uniform":
                return list(islice(self._uniform, number))
            case "refused":
                return [SPENT] * number
            case "hot":
                runs, rest = divmod(number, HOT_DECISIONS)
                sizes = [HOT_DECISIONS] * runs + [rest]
                return [key for size in sizes for key in [f"hot-{next(self._hot)}"] * size]


class Wrong(Exception):
    """What was answered makes the figures worthless."""


async def trial(decide: Decide, load: Load, keys: Keys) -> float:
    """About how many decisions a second there will be; it also makes everything warm."""
    if load.shape == "refused":
        await decide([SPENT] * 20)
    seconds = await _ask(decide, load, keys.of(load.shape, DECISIONS_MIN), perf_counter)
    return DECISIONS_MIN / seconds


async def measure(
    decide: Decide, load: Load, keys: Keys, seconds: float, expected: float, watch: Watch
) -> Measured:
    """
    Ask for about so many seconds when about so many decisions a second are expected.

    What happens in memory alone is best told by the time in which this process was at work: on a
    quiet machine that is all of it, on a busy one the rest is no fault of the contender.
    """
    number = min(max(int(seconds * expected), DECISIONS_MIN), DECISIONS_MAX)
    asked = keys.of(load.shape, number)
    # What others keep is not looked through in the time of this one.
    gc.collect()
    gc.freeze()
    took = await _ask(decide, load, asked, watch)
    shown = keys.of(load.shape, min(number // 2, SHOWN))
    singles = sorted(await _ask_timed(decide, load, shown))
    await _settle()
    return Measured(number / took, singles[int(0.99 * (len(singles) - 1))] * 1e6)


async def _ask(decide: Decide, load: Load, keys: Sequence[str], watch: Watch) -> float:
    """How many seconds it takes until all of them are answered."""
    parts = [keys[task :: load.tasks] for task in range(load.tasks)]
    began = watch()
    if load.tasks == 1:
        admitted = await decide(keys)
    else:
        admitted = sum(await asyncio.gather(*map(decide, parts)))
    seconds = watch() - began
    wanted = 0 if load.shape == "refused" else len(keys)
    if admitted != wanted:
        raise Wrong(f"{admitted} of {len(keys)} were admitted, not {wanted}")
    return seconds


async def _ask_timed(decide: Decide, load: Load, keys: Sequence[str]) -> Sequence[float]:
    """How many seconds each of them takes, while as many ask at the same time."""
    took: list[float] = []

    async def work(part: Sequence[str]) -> None:
        for key in part:
            asked = perf_counter()
            await decide((key,))
            took.append(perf_counter() - asked)

    await asyncio.gather(*(work(keys[task :: load.tasks]) for task in range(load.tasks)))
    return took


async def _settle() -> None:
    """Nothing that one contender left running may slow down the next one."""
    for _ in range(3):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()

"""Processes that ask a meter all at once, and what the definitions of the policies say of that."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, NamedTuple

from attrs import define

from altyn.core.limits import (
    Concurrency,
    Demand,
    FixedWindow,
    MeterAway,
    Policy,
    Rate,
    StrictWindow,
)
from tests.integration.redis_meters import Way, connected

ROOT: Final = Path(__file__).parents[2]
SHIFTS_SECONDS: Final = (-45, -15, 15, 45)
"""How wrong the clocks of the four processes are: 90 seconds apart."""
TASKS: Final = 16
"""Of each process."""
GIVES_UP_SECONDS: Final = 1.0
"""Whoever has to wait longer leaves; others come back exactly when they were told."""
LOST_MAX: Final = 100_000
"""How many answers each of them does without before it takes Redis for lost."""

FIFTH: Final = Fraction(1, 5)

POLICIES: Final[Mapping[str, Policy]] = {
    policy.name: policy
    for policy in (
        StrictWindow(name="strict", limit=40, seconds=FIFTH),
        StrictWindow(name="strict.long", limit=500, seconds=3600),
        FixedWindow(name="fixed", limit=40, seconds=FIFTH),
        FixedWindow(name="fixed.long", limit=500, seconds=3600),
        Rate(name="rate", count=300, seconds=1, burst=20),
        Rate(name="rate.long", count=1, seconds=3600, burst=500),
        Concurrency(name="lease", limit=7, seconds=FIFTH),
        Concurrency(name="lease.long", limit=500, seconds=3600),
    )
}


class Said(NamedTuple):
    """What one of them was told, in the server's time; `until` is when a lease was still held."""

    name: str
    cost: int
    at: int
    wait: int
    until: int = 0


class Round(NamedTuple):
    """What each task of each process asks, so many times one after the other."""

    url: str
    prefix: str
    asks: Sequence[Sequence[tuple[str, int]]]
    """Sets of policies and costs; each task goes from one to the next."""
    times: int
    way: Way = "wire"


async def take_part(play: Round) -> list[Said]:
    """What the tasks of one process are told, and nothing of what got lost."""
    said: list[Said] = []
    async with (
        connected(play.url, play.prefix, play.way) as meter,
        asyncio.TaskGroup() as group,
    ):

        async def ask(task: int) -> None:
            turn = lost = 0
            while turn < play.times:
                names = play.asks[(task + turn) % len(play.asks)]
                demands: list[Demand] = [("all", POLICIES[name], cost) for name, cost in names]
                try:
                    admission = await meter.admit(*demands)
                except MeterAway:
                    lost += 1
                    if lost > LOST_MAX:
                        raise
                    continue
                turn += 1
                until = 0
                if admission.admitted and any(name == "lease" for name, _ in names):
                    until = (await meter.peek(*demands)).at
                    await meter.release(admission)
                waits = [answer[0] for answer in admission.answers]
                said.extend(
                    Said(name, cost, admission.at, wait, until)
                    for (name, cost), wait in zip(names, waits, strict=True)
                    # Of a set that was refused only those that refused it said something.
                    if wait or admission.admitted
                )
                if admission.wait > GIVES_UP_SECONDS * 1_000_000:
                    return
                await asyncio.sleep(admission.wait / 1_000_000)

        for task in range(TASKS):
            group.create_task(ask(task))
    return said


def shift_clocks(seconds: int) -> None:
    """Every clock of this process is wrong by that, from now on."""

    def shifted(clock: Callable[[], Any], unit: int) -> Callable[[], Any]:
        return lambda: clock() + seconds * unit

    for name, unit in (("time", 1), ("monotonic", 1), ("time_ns", 10**9), ("monotonic_ns", 10**9)):
        setattr(time, name, shifted(getattr(time, name), unit))


def main() -> None:
    """One of the processes: for each round that is read, say what its tasks were told."""
    shift_clocks(int(sys.argv[1]))
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(asyncio.run(take_part(Round(*json.loads(line))))), flush=True)


@define
class Askers:
    """Four processes, each by a clock of its own."""

    _processes: Sequence[subprocess.Popen[str]]

    def begin(self, play: Round) -> None:
        """Let all of them ask."""
        for process in self._processes:
            print(json.dumps(play), file=process.stdin, flush=True)

    def end(self) -> list[Said]:
        """What all of them were told, by the server's time."""
        said: list[Said] = []
        for process in self._processes:
            assert process.stdout is not None
            said += (Said(*each) for each in json.loads(process.stdout.readline()))
        return sorted(said, key=lambda each: each.at)


@contextmanager
def processes() -> Iterator[Askers]:
    """The four, ready to ask."""
    with ExitStack() as stack:
        begun = []
        for shift in SHIFTS_SECONDS:
            process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import main; main()", str(shift)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            begun.append(process)
        for process in begun:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield Askers(begun)


def admitted(said: Iterable[Said], name: str) -> list[Said]:
    """Those that a policy admitted."""
    return [each for each in said if each.name == name and not each.wait]


def refused(said: Iterable[Said], name: str) -> list[Said]:
    """Those that it refused."""
    return [each for each in said if each.name == name and each.wait]


def spent(said: Iterable[Said]) -> int:
    """What they cost."""
    return sum(each.cost for each in said)


def most_in_any(spending: Sequence[Said], length: int) -> int:
    """The most that was spent within any stretch of that length, wherever it begins."""
    most = total = oldest = 0
    for each in spending:
        total += each.cost
        while spending[oldest].at <= each.at - length:
            total -= spending[oldest].cost
            oldest += 1
        most = max(most, total)
    return most


def within(spending: Iterable[Said], after: int, until: int) -> int:
    """What was spent after the one moment, and not after the other."""
    return sum(each.cost for each in spending if after < each.at <= until)


def most_in_windows(spending: Iterable[Said], length: int) -> int:
    """The most in one of those windows that begin with the first spending after the last."""
    most = used = 0
    ends = 0
    for each in spending:
        if each.at >= ends:
            ends, used = each.at + length, 0
        used += each.cost
        most = max(most, used)
    return most


def most_above(spending: Iterable[Said], interval: int) -> int:
    """The most that any stretch of time saw above the share of that time, times the interval."""
    most = total = 0
    least: int | None = None
    for each in spending:
        before = total * interval - each.at
        least = before if least is None else min(least, before)
        total += each.cost
        most = max(most, total * interval - each.at - least)
    return most


def most_at_once(held: Iterable[Said]) -> int:
    """The most that was certainly held at the same moment."""
    changes = [
        change for each in held for change in ((each.at, each.cost), (each.until, -each.cost))
    ]
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most

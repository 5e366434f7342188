"""`python -m tests.bench.resilience`: what a guard costs a call, and how many try at half-open."""

import asyncio
import gc
import json
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

from attrs import asdict, frozen

from .breakers import FAILURES, Breaker, Call, Repeater, breakers, repeaters
from .goal import Goal, table_of
from .limiter import OURS
from .machine import machine
from .peers import BREAKERS, versions
from .progress import say
from .showing import command, show
from .table import Table
from .turns import in_turn

CALLERS: Final = 64
OPEN_SECONDS: Final = 0.05
LONG_SECONDS: Final = 3600.0
BREAKER_MICROSECONDS_MAX: Final = 0.5
RETRY_MICROSECONDS_MAX: Final = 1.0


@frozen
class Cost:
    """CPU time that one call takes beyond what it takes unguarded."""

    kind: str
    library: str
    name: str
    microseconds: float
    refused_microseconds: float | None
    """When the breaker is open; nothing is called then, so nothing is taken off."""


@frozen
class Trial:
    """How many of 64 were let through to try whether it works again."""

    library: str
    name: str
    says: int
    admitted: Sequence[int]


@frozen
class Results:
    """All that was measured."""

    costs: Sequence[Cost]
    trials: Sequence[Trial]


def main() -> None:
    """Measure and print it."""
    options = _options()
    facts = {"command": command("tests.bench.resilience"), **machine(), **versions(BREAKERS)}
    results = asyncio.run(_measure(options.rounds, options.calls))
    show(facts, _tables(results), markdown=options.markdown)
    if options.json:
        what = {"facts": facts, **asdict(results)}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.resilience", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="medians are taken over these")
    parser.add_argument("--calls", type=int, default=20_000, help="of each in a round")
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.calls = 3, 1_000
    return options


async def _measure(rounds: int, calls: int) -> Results:
    trials = [
        Trial(each.library, each.name, each.probes, [await _at_half_open(each) for _ in range(3)])
        for each in breakers()
    ]
    say("half-open was tried")
    # How many may try makes no difference to a call that is not tried.
    guards = [each for each in breakers() if each.probes == 1]
    closed = [(each, each.around(_nothing, LONG_SECONDS)) for each in guards]
    opened = {each.name: await _opened(each) for each in guards}
    again = [(each, each.around(_nothing)) for each in repeaters()]
    beyond: defaultdict[str, list[float]] = defaultdict(list)
    refused: defaultdict[str, list[float]] = defaultdict(list)
    contenders: Sequence[tuple[Breaker | Repeater, Call]] = [*closed, *again]
    for turn in range(rounds):
        for each, guarded in in_turn(contenders, turn):
            # Each beside a bare call of the same moment.
            bare = await _microseconds(_nothing, calls)
            what = f"{type(each).__name__} {each.name}"
            beyond[what].append(await _microseconds(guarded, calls) - bare)
            if isinstance(each, Breaker):
                refused[what].append(await _refused_microseconds(opened[each.name], calls // 10))
        say(f"round {turn + 1} of {rounds}")
    costs = []
    for each, _ in contenders:
        what = f"{type(each).__name__} {each.name}"
        kind = "breaker" if isinstance(each, Breaker) else "retry"
        no = median(refused[what]) if refused[what] else None
        costs.append(Cost(kind, each.library, each.name, median(beyond[what]), no))
    return Results(costs, trials)


async def _nothing() -> None:
    """What is guarded: the least that can be called."""


async def _microseconds(call: Call, calls: int) -> float:
    gc.collect()
    began = process_time()
    for _ in range(calls):
        await call()
    return (process_time() - began) / calls * 1e6


async def _refused_microseconds(guarded: Call, calls: int) -> float:
    began = process_time()
    for _ in range(calls):
        with suppress(Exception):
            await guarded()
    return (process_time() - began) / calls * 1e6


async def _opened(breaker: Breaker) -> Call:
    """One that was found broken a moment ago."""

    async def fail() -> None:
        raise ConnectionError

    guarded = breaker.around(fail, LONG_SECONDS)
    await _break(guarded)
    return guarded


async def _break(guarded: Call) -> None:
    for _ in range(FAILURES):
        with suppress(Exception):
            await guarded()


async def _at_half_open(breaker: Breaker) -> int:
    """How many of 64 callers get through while nobody has come back yet."""
    called, works, may_end = 0, False, asyncio.Event()

    async def call() -> None:
        nonlocal called
        called += 1
        if not works:
            raise ConnectionError
        await may_end.wait()

    guarded = breaker.around(call, OPEN_SECONDS)
    await _break(guarded)
    with suppress(Exception):
        await guarded()
    if called != FAILURES:
        raise RuntimeError(f"{breaker.name} did not open")
    await asyncio.sleep(2 * OPEN_SECONDS)
    called, works = 0, True
    callers = [asyncio.create_task(_quietly(guarded)) for _ in range(CALLERS)]
    for _ in range(10):  # until each of them is refused or inside
        await asyncio.sleep(0)
    admitted = called
    may_end.set()
    await asyncio.gather(*callers)
    return admitted


async def _quietly(guarded: Call) -> None:
    with suppress(Exception):
        await guarded()


def _tables(results: Results) -> Iterator[Table]:
    yield Table(
        "CPU time of a guarded call beyond a bare one",
        ["", "", "when nothing fails, µs", "times ours", "when it is open, µs"],
        [_cost(cost, results) for cost in results.costs],
        words=2,
    )
    yield Table(
        f"Half-open: {CALLERS} callers at once",
        ["", "says it lets through", "lets through"],
        [[each.name, str(each.says), _spread(each.admitted)] for each in results.trials],
    )
    yield table_of(_goals(results))


def _cost(cost: Cost, results: Results) -> list[str]:
    ours = next(each for each in results.costs if (each.kind, each.name) == (cost.kind, OURS))
    times = "–" if cost.library == OURS else f"{cost.microseconds / ours.microseconds:.1f} ×"
    no = "–" if cost.refused_microseconds is None else f"{cost.refused_microseconds:.2f}"
    return [cost.kind, cost.name, f"{cost.microseconds:.2f}", times, no]


def _spread(admitted: Sequence[int]) -> str:
    few, many = min(admitted), max(admitted)
    return str(few) if few == many else f"{few} to {many}"


def _goals(results: Results) -> Iterator[Goal]:
    most = {"breaker": BREAKER_MICROSECONDS_MAX, "retry": RETRY_MICROSECONDS_MAX}
    for cost in results.costs:
        # The goals are for each alone; together they may cost what both do.
        if cost.library == OURS and "around" not in cost.name:
            yield Goal(
                f"{cost.kind}: {cost.name}",
                f"< {most[cost.kind]:g} µs",
                f"{cost.microseconds:.2f} µs",
                cost.microseconds < most[cost.kind],
            )
    for trial in results.trials:
        if trial.library == OURS:
            yield Goal(
                f"half-open: {trial.name}",
                f"{trial.says} of {CALLERS}",
                f"{_spread(trial.admitted)} of {CALLERS}",
                set(trial.admitted) == {trial.says},
            )


if __name__ == "__main__":
    main()

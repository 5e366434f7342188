"""`python -m tests.bench.tasks`: tasks drained per second, and how soon one is begun."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

from attrs import asdict, define, field, frozen

from tests.integration.servers import NoServer

from .goal import Goal, table_of
from .machine import machine, storages
from .peers import QUEUES, versions
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .showing import command, show
from .table import Table
from .tasks_queues import AT_ONCE, CONNECTIONS, CONTENDERS, Contender, Queue
from .turns import in_turn

OURS: Final = CONTENDERS[0].name
LOT: Final = 500
CALLERS: Final = 32
DRAINED_MIN: Final = 6_000
PICKED_UP_MS_MAX: Final = 3.0
PAUSE_SECONDS: Final = 0.02
PATIENCE_SECONDS: Final = 300.0


@define
class Counting:
    """What has run so far, each number once or more often."""

    began: dict[int, float] = field(factory=dict)
    again: int = 0
    _changed: asyncio.Event = field(factory=asyncio.Event)

    def ran(self, number: int) -> None:
        """It is begun."""
        self.again += number in self.began
        self.began[number] = perf_counter()
        self._changed.set()

    async def until(self, many: int) -> None:
        """Wait until so many have."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.began) < many:
                self._changed.clear()
                await self._changed.wait()


@frozen
class Turn:
    """What one did in one round."""

    enqueued: float
    """A second, by callers who enqueue one at a time."""
    drained: float
    """A second."""
    cpu_microseconds: float
    """That the process was at work for each task that it drained."""
    picked_up_ms: Sequence[float]
    """From before it was enqueued until it was begun."""
    again: int
    """Tasks that were begun more than once."""


@frozen
class Result:
    """What one did in all rounds."""

    name: str
    turns: Sequence[Turn]

    @property
    def enqueued(self) -> float:
        """A second."""
        return median(each.enqueued for each in self.turns)

    @property
    def drained(self) -> float:
        """A second."""
        return median(each.drained for each in self.turns)

    @property
    def cpu_microseconds(self) -> float:
        """For each task."""
        return median(each.cpu_microseconds for each in self.turns)

    @property
    def picked_up_ms(self) -> Sequence[float]:
        """Of all rounds: half are sooner than the first, 99 of 100 than the second."""
        all_ms = [each for turn in self.turns for each in turn.picked_up_ms]
        return median(all_ms), quantiles(all_ms, n=100)[98]


def main() -> None:
    """Measure and print it."""
    try:
        _run(_options())
    except NoServer as why:
        sys.exit(str(why))


def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.tasks"), **machine(), **storages()}
    facts |= {**versions(QUEUES), "asyncpg": version("asyncpg")}
    facts["load"] = (
        f"{options.tasks:,} tasks that do nothing, {AT_ONCE} at once, in one process with "
        f"{CONNECTIONS} connections; {options.picked} picked up one by one; medians of "
        f"{options.rounds} rounds"
    )
    with durable_postgres() as server:
        facts["postgres"] = described(server)
        turns: dict[str, list[Turn]] = {each.name: [] for each in CONTENDERS}
        for number in range(options.rounds):
            for each in in_turn(CONTENDERS, number):
                say(f"round {number + 1} of {options.rounds}: {each.name}")
                with _place(each, server.url) as place:
                    turns[each.name].append(asyncio.run(_turn(each, place, options)))
    results = [Result(name, its) for name, its in turns.items()]
    show(facts, [_table(results), table_of(_goals(results))], markdown=options.markdown)
    if options.json:
        what = {"facts": facts, "results": [asdict(each) for each in results]}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


@contextmanager
def _place(contender: Contender, server: str) -> Iterator[str]:
    """An empty database of its own."""
    with ExitStack() as stack:
        if contender.in_file:
            folder = stack.enter_context(TemporaryDirectory(prefix="altyn-bench-"))
            yield str(Path(folder, "tasks.db"))
        else:
            yield stack.enter_context(database(server))


async def _turn(contender: Contender, place: str, options: Namespace) -> Turn:
    counting = Counting()
    async with contender.opened(place, counting.ran) as queue:
        enqueued = await _enqueued(queue, options.enqueued)
        for start in range(options.enqueued, options.tasks, LOT):
            await queue.enqueue(range(start, min(start + LOT, options.tasks)))
        began, worked = perf_counter(), process_time()
        async with queue.working():
            await counting.until(options.tasks)
            drained = options.tasks / (perf_counter() - began)
            cpu = 1e6 * (process_time() - worked) / options.tasks
            picked_up = [
                await _picked_up(queue, counting, options.tasks + number)
                for number in range(options.picked)
            ]
    return Turn(enqueued, drained, cpu, picked_up, counting.again)


async def _enqueued(queue: Queue, many: int) -> float:
    waiting = iter(range(many))

    async def caller() -> None:
        for number in waiting:
            await queue.enqueue([number])

    began = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(caller())
    return many / (perf_counter() - began)


async def _picked_up(queue: Queue, counting: Counting, number: int) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    asked = perf_counter()
    await queue.enqueue([number])
    await counting.until(number + 1)
    return 1000 * (counting.began[number] - asked)


def _table(results: Sequence[Result]) -> Table:
    ours = next(each for each in results if each.name == OURS)
    rows = []
    for each in results:
        half, most = each.picked_up_ms
        rows.append(
            [
                each.name,
                f"{each.drained:,.0f}",
                f"{ours.drained / each.drained:.1f}",
                f"{each.cpu_microseconds:,.0f}",
                f"{half:.1f}",
                f"{most:.1f}",
                f"{each.enqueued:,.0f}",
                str(sum(turn.again for turn in each.turns)),
            ]
        )
    heads = (
        "who",
        "done/s",
        "ours is × as fast",
        "µs of CPU each",
        "begun after, p50 ms",
        "p99 ms",
        f"enqueued/s, {CALLERS} callers",
        "begun twice",
    )
    note = "Begun after: from before the task is enqueued, its commit included."
    return Table("Tasks that do nothing", heads, rows, notes=(note,))


def _goals(results: Sequence[Result]) -> Sequence[Goal]:
    ours = next(each for each in results if each.name == OURS)
    half, _ = ours.picked_up_ms
    return [
        Goal(
            "PostgreSQL, drained",
            f"{DRAINED_MIN:,}/s",
            f"{ours.drained:,.0f}/s",
            ours.drained >= DRAINED_MIN,
        ),
        Goal(
            "PostgreSQL, begun after, p50",
            f"≤ {PICKED_UP_MS_MAX:g} ms",
            f"{half:.1f} ms",
            half <= PICKED_UP_MS_MAX,
        ),
    ]


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.tasks", description=__doc__)
    parser.add_argument("--tasks", type=int, default=5_000, help="in a turn (default 5000)")
    parser.add_argument("--enqueued", type=int, default=1_000, help="of them one by one")
    parser.add_argument("--picked", type=int, default=100, help="picked up one by one")
    parser.add_argument("--rounds", type=int, default=3, help="of turns (default 3)")
    parser.add_argument("--quick", action="store_true", help="a look, no figures")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, help="write everything to this file too")
    options = parser.parse_args()
    if options.quick:
        options.tasks, options.enqueued, options.picked, options.rounds = 1_000, 200, 20, 1
    return options


if __name__ == "__main__":
    main()

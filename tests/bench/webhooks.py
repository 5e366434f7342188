"""`python -m tests.bench.webhooks`: notices taken per second by one core, and their latency."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, LiteralString

import psycopg
from attrs import asdict, define, field, frozen
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from tests.integration.servers import NoServer

from .goal import Goal, table_of
from .machine import machine, storages
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .showing import command, show
from .table import Table
from .turns import in_turn
from .webhooks_load import Answers, notices, send
from .webhooks_serving import CONNECTIONS, LIMIT, Kind

OURS: Final = "altyn, PostgreSQL"
SMALL: Final = "altyn, SQLite"
NEIGHBOUR: Final = "bare, verifies and INSERTs, PostgreSQL"
BARE: Final = "bare, verifies"
SHARE_OF_BARE_MIN: Final = 0.5
WARM_UP_SHARE: Final = 0.1
ROOT: Final = Path(__file__).parents[2]

STORED: Final = "SELECT count(*) FROM altyn.notice"
STORED_ALONE: Final = "SELECT count(*) FROM notice"


@frozen
class Taker:
    """Somebody who takes notices, and how many of them are stored then."""

    name: str
    kind: Kind
    database: str
    stored: Callable[[], int] | None = None


@frozen
class Turn:
    """What he did in one round."""

    answers: Answers
    cpu_microseconds: float
    """That his process was at work, for each notice."""
    busy: float
    """Of the time that passed; at nearly all of it nothing but the process is the limit."""


@frozen
class Result:
    """What he did in all of them; with a fault it is no figure at all."""

    name: str
    turns: Sequence[Turn]
    fault: str | None

    @property
    def per_second(self) -> float:
        """Notices that were taken in a second."""
        return median(turn.answers.per_second for turn in self.turns)


def main() -> None:
    """Measure and print it."""
    try:
        _run(_options())
    except NoServer as why:
        sys.exit(str(why))


def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.webhooks"), **machine(), **storages()}
    facts["served by"] = versions()
    facts["limits"] = LIMIT
    facts["load"] = (
        f"{options.notices:,} notices in a turn, each new, on {options.connections} connections; "
        f"up to {CONNECTIONS} connections to PostgreSQL"
    )
    core, facts["cores"] = share_cores()
    with ExitStack() as stack:
        # Begun after that, so that PostgreSQL, if it is ours, leaves the core alone too.
        server = stack.enter_context(durable_postgres())
        facts["postgres"] = described(server)
        folder = stack.enter_context(TemporaryDirectory(prefix="altyn-bench-"))
        ours, neighbour = (stack.enter_context(database(server.url)) for _ in range(2))
        takers = _takers(ours, neighbour, Path(folder, "notices.db"))
        results = _measure(takers, core, options)
    show(facts, _tables(results), markdown=options.markdown)
    if options.json:
        what = {"facts": facts, "results": [asdict(each) for each in results]}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


def versions() -> str:
    """Of what serves."""
    packages = ", ".join(f"{each} {version(each)}" for each in ("uvicorn", "litestar"))
    return f"{packages}, {AutoHTTPProtocol.__name__}"


def share_cores() -> tuple[int | None, str]:
    """The core of whoever takes the notices; this process and its later children keep off it."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:
        return None, "NOT SHARED OUT: load and database work where the notices are taken"
    os.sched_setaffinity(0, cores[:-1])
    return cores[-1], "one for whoever takes the notices, the others for the load and PostgreSQL"


def _takers(ours: str, neighbour: str, file: Path) -> Sequence[Taker]:
    def in_file() -> int:
        with closing(sqlite3.connect(file)) as connection:
            return int(connection.execute(STORED_ALONE).fetchone()[0])

    return [
        Taker(OURS, "altyn", ours, lambda: _stored(ours, STORED)),
        Taker(SMALL, "altyn", f"sqlite:///{file}", in_file),
        Taker(NEIGHBOUR, "insert", neighbour, lambda: _stored(neighbour, STORED_ALONE)),
        Taker(BARE, "verify", ""),
    ]


def _stored(url: str, question: LiteralString) -> int:
    with psycopg.connect(url) as connection:
        (found,) = connection.execute(question).fetchone() or (0,)
        return int(found)


def _measure(takers: Sequence[Taker], core: int | None, options: Namespace) -> Sequence[Result]:
    turns: Mapping[str, list[Turn]] = {taker.name: [] for taker in takers}
    with ExitStack() as stack:
        processes = [(taker, stack.enter_context(_process(taker, core))) for taker in takers]
        for number in range(options.rounds):
            for taker, process in in_turn(processes, number):
                turns[taker.name].append(_turn(process, options))
            say(f"round {number + 1} of {options.rounds}")
    return [Result(each.name, turns[each.name], _fault(each, turns[each.name])) for each in takers]


def _turn(process: "Process", options: Namespace) -> Turn:
    warm_up = notices(round(options.notices * WARM_UP_SHARE))
    counted = notices(options.notices)
    worked, began = process.seconds(), perf_counter()
    answers = asyncio.run(send(process.port, warm_up, counted, options.connections))
    worked, passed = process.seconds() - worked, perf_counter() - began
    return Turn(answers, worked / (len(warm_up) + len(counted)) * 1e6, worked / passed)


def _fault(taker: Taker, turns: Sequence[Turn]) -> str | None:
    if refused := sum(turn.answers.refused for turn in turns):
        return f"{refused} notices were not answered with 200"
    taken = sum(turn.answers.taken for turn in turns)
    if taker.stored and (stored := taker.stored()) != taken:
        return f"{taken} notices were answered with 200, and {stored} are stored"
    return None


@define
class Process:
    """One that takes notices."""

    port: int
    _running: subprocess.Popen[str] = field(alias="running")

    def seconds(self) -> float:
        """How long it was at work since it began."""
        print(file=self._running.stdin, flush=True)
        return float(_line(self._running))


@contextmanager
def _process(taker: Taker, core: int | None) -> Iterator[Process]:
    arguments = [taker.kind] if core is None else [taker.kind, str(core)]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.webhooks_serving", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:  # it ends when nobody holds its stdin any more
        print(taker.database, file=running.stdin, flush=True)
        yield Process(int(_line(running)), running)


def _line(running: subprocess.Popen[str]) -> str:
    line = running.stdout.readline() if running.stdout else ""
    if not line:
        raise RuntimeError("a process that takes notices has ended")
    return line


def _tables(results: Sequence[Result]) -> Iterator[Table]:
    bare = next(each for each in results if each.name == BARE)
    yield Table(
        "Notices taken by one core",
        ["", "notices/s", "of the bare one", "p50, ms", "p99, ms", "CPU each, µs", "at work"],
        [_row(each, bare) for each in results],
        notes=[f"{each.name}: {each.fault}" for each in results if each.fault],
    )
    yield table_of([_goal(next(each for each in results if each.name == OURS), bare)])


def _row(result: Result, bare: Result) -> Sequence[str]:
    if result.fault:
        return [result.name, "WRONG", *["–"] * 5]
    answers = [turn.answers for turn in result.turns]
    return [
        result.name,
        f"{result.per_second:,.0f}",
        "–" if result is bare else f"{result.per_second / bare.per_second:.2f} ×",
        f"{median(map(attrgetter('p50_ms'), answers)):.1f}",
        f"{median(map(attrgetter('p99_ms'), answers)):.1f}",
        f"{median(turn.cpu_microseconds for turn in result.turns):,.0f}",
        f"{median(turn.busy for turn in result.turns):.0%}",
    ]


def _goal(ours: Result, bare: Result) -> Goal:
    words, wanted = f"{OURS}, against {BARE}", f"≥ {SHARE_OF_BARE_MIN:g} ×"
    if ours.fault or bare.fault:
        return Goal(words, wanted, None, met=False)
    share = ours.per_second / bare.per_second
    return Goal(words, wanted, f"{share:.2f} ×", share >= SHARE_OF_BARE_MIN)


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.webhooks", description=__doc__)
    parser.add_argument("--notices", type=int, default=5_000, help="counted, of each turn")
    parser.add_argument("--rounds", type=int, default=5, help="medians are taken over these")
    parser.add_argument("--connections", type=int, default=32, help="at the same time")
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.notices = 2, 300
    return options


if __name__ == "__main__":
    main()

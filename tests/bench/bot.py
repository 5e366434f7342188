"""`python -m tests.bench.bot`: updates answered per second by one process, `/balance` each."""

import asyncio
import json
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final

from attrs import asdict, define, field, frozen

from altyn.entrypoints.bot.lanes import AT_ONCE_MAX
from tests.integration.servers import NoServer

from .bot_answering import PEOPLE, Answering, Ours, bare, ours, update
from .machine import machine, storages
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .purchases_altyn import round_trips, statements
from .showing import command, show
from .table import Table
from .turns import in_turn
from .webhooks import ROOT

BARE: Final = "bare handler"


@define
class Api:
    """The Bot API, in a process of its own."""

    process: subprocess.Popen[str]
    port: int

    @property
    def asked(self) -> int:
        """How often it was, by now."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@define
class Contender:
    """Somebody who answers."""

    name: str
    answers: Answering
    next_number: int = 1
    per_second: list[float] = field(factory=list)
    cpu_ms: list[float] = field(factory=list)
    """That this process was at work for each update."""

    async def answer(self, count: int) -> None:
        """So many, none of which was told before."""
        updates = [update(self.next_number + number) for number in range(count)]
        self.next_number += count
        begun, worked = perf_counter(), process_time()
        await self.answers(updates)
        self.per_second.append(count / (perf_counter() - begun))
        self.cpu_ms.append((process_time() - worked) / count * 1000)


@frozen
class Result:
    """What he did in all rounds."""

    name: str
    per_second: Sequence[float]
    cpu_ms: Sequence[float]
    of_bare: Sequence[float]
    """In each round, of what the bare one did in it."""
    trips: float
    """Round trips to the database for each update; on SQLite statements."""
    calls: float
    """Of the Bot API, for each update."""


def main() -> None:
    """Measure and print it."""
    try:
        asyncio.run(_run(_options()))
    except NoServer as why:
        sys.exit(str(why))


async def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.bot"), **machine(), **storages()}
    facts["served by"] = f"aiogram {version('aiogram')}, aiohttp {version('aiohttp')}"
    facts["load"] = (
        f"{options.updates:,} updates in a turn, of {PEOPLE} people, {AT_ONCE_MAX} at once; the "
        "Bot API is another process on this machine, and answers at once"
    )
    async with AsyncExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        facts["postgres"] = described(server)
        folder = stack.enter_context(TemporaryDirectory(prefix="altyn-bench-"))
        api = stack.enter_context(_api())
        at, url = f"http://127.0.0.1:{api.port}", stack.enter_context(database(server.url))
        contenders = [
            Contender("altyn, PostgreSQL", await stack.enter_async_context(ours(url, at))),
            Contender(
                "altyn, SQLite",
                await stack.enter_async_context(ours(f"sqlite:///{folder}/shop.db", at)),
            ),
            Contender(BARE, await stack.enter_async_context(bare(at))),
        ]
        results = await _measured(contenders, api, options)
    show(facts, [_table(results)], markdown=options.markdown)
    if options.json:
        what = {"facts": facts, "results": [asdict(each) for each in results]}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


@contextmanager
def _api() -> Iterator[Api]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bot_telegram"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Api(process, int(process.stdout.readline()))
        process.kill()


async def _measured(
    contenders: Sequence[Contender], api: Api, options: Namespace
) -> Sequence[Result]:
    for each in contenders:  # everybody is known, statements are prepared
        await each.answer(PEOPLE)
        each.per_second, each.cpu_ms = [], []
    for number in range(options.rounds):
        for each in in_turn(contenders, number):
            await each.answer(options.updates)
        say(f"round {number + 1} of {options.rounds}")
    figures = {each.name: (list(each.per_second), list(each.cpu_ms)) for each in contenders}
    his, _ = figures[BARE]
    return [
        Result(
            each.name,
            *figures[each.name],
            [mine / theirs for mine, theirs in zip(figures[each.name][0], his, strict=True)],
            *await _counted(each, api),
        )
        for each in contenders
    ]


async def _counted(contender: Contender, api: Api) -> tuple[float, float]:
    """What an update costs that can be counted, apart from what is timed."""
    asked, trips = api.asked, 0
    if not isinstance(contender.answers, Ours):
        await contender.answer(PEOPLE)
    elif "SQLite" in contender.name:
        async with statements(contender.answers) as counted:
            await contender.answer(PEOPLE)
        trips = counted["waits"]
    else:
        with round_trips() as counted:
            await contender.answer(PEOPLE)
        trips = counted["waits"]
    return trips / PEOPLE, (api.asked - asked) / PEOPLE


def _table(results: Sequence[Result]) -> Table:
    return Table(
        "`/balance`, from being told to being done with",
        ["", "updates/s", "of the bare one", "CPU, ms each", "round trips each", "calls each"],
        [
            [
                each.name,
                f"{median(each.per_second):,.0f}",
                "–" if each.name == BARE else f"{median(each.of_bare):.2f} ×",
                f"{median(each.cpu_ms):.1f}",
                f"{each.trips:.1f}",
                f"{each.calls:.1f}",
            ]
            for each in results
        ],
    )


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.bot", description=__doc__)
    parser.add_argument("--updates", type=int, default=2000, help="in each turn")
    parser.add_argument("--rounds", type=int, default=5, help="medians are taken over these")
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.updates = 2, 300
    return options


if __name__ == "__main__":
    main()

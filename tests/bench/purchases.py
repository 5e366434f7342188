"""`python -m tests.bench.purchases`: purchases per second through the whole saga, one worker."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from attrs import asdict, frozen

from tests.integration.servers import NoServer

from .machine import machine, storages
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .purchases_altyn import Altyn, altyn, round_trips, statements
from .purchases_bare import TRANSACTIONS, Shop, bare_postgres, bare_sqlite
from .showing import command, show
from .table import Table
from .turns import in_turn

BATCH: Final = 100
"""So many customers have agreed before the worker begins: one look of its at what is due."""
BARE_TRIPS: Final = sum(len(each) + 2 for each in TRANSACTIONS)


@frozen
class Contender:
    """Somebody who buys, so many at a time."""

    name: str
    storage: str
    shop: Shop
    batch: int


@frozen
class Result:
    """What he did in all rounds; with a fault it is no figure at all."""

    name: str
    storage: str
    per_second: Sequence[float]
    trips: float
    """Round trips to the database for each purchase; on SQLite statements."""
    fault: str | None

    @property
    def median(self) -> float:
        """Of all rounds."""
        return median(self.per_second)


def main() -> None:
    """Measure and print it."""
    try:
        asyncio.run(_run(_options()))
    except NoServer as why:
        sys.exit(str(why))


async def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.purchases"), **machine(), **storages()}
    facts["load"] = (
        f"{options.purchases} purchases in a turn, of a supplier without a lane and by a wallet "
        "of 255 payments a message, both of which answer at once in this process"
    )
    async with AsyncExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        facts["postgres"] = described(server)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="altyn-bench-")))
        urls = [stack.enter_context(database(server.url)) for _ in range(2)]
        ours: dict[str, Altyn] = {
            "PostgreSQL": await stack.enter_async_context(altyn(urls[0])),
            "SQLite": await stack.enter_async_context(altyn(f"sqlite:///{folder}/ours.db")),
        }
        bare: dict[str, Shop] = {
            "PostgreSQL": await stack.enter_async_context(bare_postgres(urls[1])),
            "SQLite": stack.enter_context(bare_sqlite(folder / "bare.db")),
        }
        contenders = [
            *(Contender("altyn", each, shop, BATCH) for each, shop in ours.items()),
            *(Contender("altyn, one at a time", each, shop, 1) for each, shop in ours.items()),
            *(Contender("bare", each, shop, BATCH) for each, shop in bare.items()),
        ]
        results = await _measured(contenders, ours, options)
    show(facts, [_table(results)], markdown=options.markdown)
    if options.json:
        what = {"facts": facts, "results": [asdict(each) for each in results]}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


async def _measured(
    contenders: Sequence[Contender], ours: Mapping[str, Altyn], options: Namespace
) -> Sequence[Result]:
    figures: list[list[float]] = [[] for _ in contenders]
    for each in contenders:  # statements are prepared, pages are in memory
        await each.shop.buy(min(each.batch, 10))
    for number in range(options.rounds):
        for at, each in in_turn(list(enumerate(contenders)), number):
            count = options.purchases if each.batch > 1 else max(1, options.purchases // 5)
            begun = perf_counter()
            for _ in range(0, count, each.batch):
                await each.shop.buy(min(each.batch, count))
            figures[at].append(count / (perf_counter() - begun))
        say(f"round {number + 1} of {options.rounds}")
    return [
        Result(each.name, each.storage, of_it, await _trips(each, ours), await each.shop.fault())
        for each, of_it in zip(contenders, figures, strict=True)
    ]


async def _trips(contender: Contender, ours: Mapping[str, Altyn]) -> float:
    if contender.name == "bare":
        return BARE_TRIPS
    shop = ours[contender.storage]
    if contender.storage == "SQLite":
        async with statements(shop) as counted:
            await shop.buy(contender.batch)
    else:
        with round_trips() as counted:
            await shop.buy(contender.batch)
    return counted["waits"] / contender.batch


def _table(results: Sequence[Result]) -> Table:
    bare = {each.storage: each for each in results if each.name == "bare"}
    return Table(
        "Purchases from the price to the goods",
        ["", "on", "purchases/s", "of the bare one", "round trips each"],
        [_row(each, bare[each.storage]) for each in results],
        words=2,
        notes=[f"{each.name}, {each.storage}: {each.fault}" for each in results if each.fault],
    )


def _row(result: Result, bare: Result) -> Sequence[str]:
    if result.fault:
        return [result.name, result.storage, "WRONG", "–", "–"]
    share = "–" if result is bare else f"{result.median / bare.median:.2f} ×"
    return [
        result.name,
        result.storage,
        f"{result.median:,.0f}",
        share,
        f"{result.trips:.1f}",
    ]


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.purchases", description=__doc__)
    parser.add_argument("--purchases", type=int, default=200, help="in each turn")
    parser.add_argument("--rounds", type=int, default=5, help="medians are taken over these")
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.purchases = 2, 20
    return options


if __name__ == "__main__":
    main()

"""`python -m tests.bench.limits`: decisions per second, their latency, and how many too many."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from attrs import asdict
from redis import Redis

from tests.integration.servers import NoServer, RedisServer

from .limits_load import KEYS
from .limits_report import ASKED, tables
from .limits_rounds import Plan, Results, measure_limiters
from .machine import machine
from .peers import LIMITERS, versions
from .showing import command, show

QUICK_KEYS: Final = 100


def main() -> None:
    """Measure what is asked for and print it."""
    try:
        _run(_options())
    except NoServer as why:
        sys.exit(str(why))


def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.limits"), **machine(), **versions(LIMITERS)}
    facts["limits"] = ASKED
    facts["in memory"] = "seconds are those in which the process was at work"
    found: list[Results] = []
    if options.only in (None, "memory"):
        found.append(asyncio.run(measure_limiters("memory", None, _plan(options, 0.5))))
    if options.only in (None, "redis"):
        with RedisServer() as server:
            facts["redis"] = _version(server.url)
            found.append(asyncio.run(measure_limiters("redis", server.url, _plan(options, 1))))
    results = Results(
        [cell for each in found for cell in each.cells],
        [crowd for each in found for crowd in each.crowds],
        [rush for each in found for rush in each.rushes],
    )
    show(facts, tables(results), markdown=options.markdown)
    if options.json:
        what = {"facts": facts, **asdict(results)}
        options.json.write_text(json.dumps(what, indent=1, default=str) + "\n")


def _plan(options: Namespace, share: float) -> Plan:
    return Plan(
        rounds=options.rounds,
        seconds=options.seconds * share,
        tasks=options.tasks,
        keys=QUICK_KEYS if options.quick else KEYS,
        rush_seconds=options.rush,
    )


def _version(url: str) -> str:
    with Redis.from_url(url) as client:
        return str(client.info("server")["redis_version"])


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.limits", description=__doc__)
    parser.add_argument("--only", choices=["memory", "redis"])
    parser.add_argument("--seconds", type=float, default=0.2, help="of a turn; in memory half")
    parser.add_argument("--rounds", type=int, default=3, help="medians are taken over these")
    parser.add_argument("--rush", type=float, default=12.0, help="seconds of each rush on Redis")
    parser.add_argument("--tasks", type=int, nargs="+", default=[1, 64])
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.rush = 1, 0.02, 3.0
    return options


if __name__ == "__main__":
    main()

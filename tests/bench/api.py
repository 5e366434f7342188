"""`python -m tests.bench.api`: balances read and purchases made per second by one process.

And how long it takes until those who watch `/v1/live` are told of what was committed."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from operator import attrgetter
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from attrs import asdict, frozen

from tests.integration.servers import NoServer

from .api_live import heard, table_of
from .api_processes import Process, process
from .api_serving import BARE, CONNECTIONS, LIMITS, USERS, Served, quote_id
from .machine import machine, storages
from .postgres_servers import database, described, durable_postgres
from .progress import say
from .showing import command, show
from .table import Table
from .turns import in_turn
from .webhooks import share_cores, versions
from .webhooks_load import Answers, send

WARM_UP_SHARE: Final = 0.1
NEIGHBOUR: Final = "bare handler, one SELECT 1, PostgreSQL"


def reading(number: int) -> bytes:
    """What somebody has."""
    return _head("GET", f"/v1/users/{number % USERS + 1}/balances")


def buying(number: int) -> bytes:
    """That somebody buys what was priced for them."""
    body = json.dumps({"quote": str(quote_id(number))}).encode()
    key = f"Idempotency-Key: bench-{number}\r\nContent-Length: {len(body)}\r\n"
    return _head("POST", "/v1/purchases", key) + body


def nothing(number: int) -> bytes:
    """One round trip."""
    return _head("GET", BARE)


def _head(verb: str, path: str, more: str = "") -> bytes:
    return f"{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode()


@frozen
class Contender:
    """Somebody who is asked for something."""

    name: str
    kind: Served
    storage: str
    request: Callable[[int], bytes]


CONTENDERS: Final = (
    Contender("GET balances, PostgreSQL", "altyn", "postgres", reading),
    Contender("POST purchases, PostgreSQL", "altyn", "postgres", buying),
    Contender("GET balances, SQLite", "altyn", "sqlite", reading),
    Contender("POST purchases, SQLite", "altyn", "sqlite", buying),
    Contender(NEIGHBOUR, "bare", "bare", nothing),
)


@frozen
class Turn:
    """What he did in one round."""

    answers: Answers
    cpu_microseconds: float
    """That his process was at work, for each request."""
    busy: float
    """Of the time that passed."""


def main() -> None:
    """Measure and print it."""
    try:
        _run(_options())
    except NoServer as why:
        sys.exit(str(why))


def _run(options: Namespace) -> None:
    facts = {"command": command("tests.bench.api"), **machine(), **storages()}
    facts["served by"] = versions()
    facts["limits"] = LIMITS
    facts["load"] = (
        f"{options.requests:,} requests in a turn on {options.connections} connections; "
        f"{USERS} users; up to {CONNECTIONS} connections to PostgreSQL"
    )
    facts["live"] = (
        f"{options.events:,} events one after the other, each committed by one of two processes "
        "and heard by a reader of each kind at both"
    )
    core, facts["cores"] = share_cores()
    with ExitStack() as stack:
        server = stack.enter_context(durable_postgres())
        facts["postgres"] = described(server)
        folder = stack.enter_context(TemporaryDirectory(prefix="altyn-bench-"))
        places = {
            "postgres": stack.enter_context(database(server.url)),
            "sqlite": f"sqlite:///{folder}/shop.db",
            "bare": stack.enter_context(database(server.url)),
        }
        turns = _measure(places, core, options)
        told = {
            storage: asyncio.run(heard(places[storage], options.events, core))
            for storage in ("postgres", "sqlite")
        }
    show(facts, [_table(turns), table_of(told)], markdown=options.markdown)
    if options.json:
        what = {name: [asdict(each) for each in lot] for name, lot in turns.items()}
        live = {
            storage: {" ".join(reader): waits for reader, waits in lot.items()}
            for storage, lot in told.items()
        }
        text = json.dumps({"facts": facts, "turns": what, "live": live}, indent=1)
        options.json.write_text(text + "\n")


def _measure(places: dict[str, str], core: int | None, options: Namespace) -> dict[str, list[Turn]]:
    turns: dict[str, list[Turn]] = {each.name: [] for each in CONTENDERS}
    warm_up = round(options.requests * WARM_UP_SHARE)
    many = (warm_up + options.requests) * options.rounds
    kinds = {each.storage: each.kind for each in CONTENDERS}
    with ExitStack() as stack:
        processes = {
            storage: stack.enter_context(
                process("tests.bench.api_serving", places[storage], kind, str(many), core=core)
            )
            for storage, kind in kinds.items()
        }
        for number in range(options.rounds):
            begin = number * (warm_up + options.requests) + 1
            for each in in_turn(CONTENDERS, number):
                requests = [each.request(begin + at) for at in range(warm_up + options.requests)]
                asked = processes[each.storage]
                turns[each.name].append(_turn(asked, requests, warm_up, options.connections))
            say(f"round {number + 1} of {options.rounds}")
    return turns


def _turn(process: Process, requests: Sequence[bytes], warm_up: int, connections: int) -> Turn:
    worked, began = process.seconds(), perf_counter()
    load = send(process.port, requests[:warm_up], requests[warm_up:], connections)
    answers = asyncio.run(load)
    worked, passed = process.seconds() - worked, perf_counter() - began
    return Turn(answers, worked / len(requests) * 1e6, worked / passed)


def _table(turns: dict[str, list[Turn]]) -> Table:
    bare = _per_second(turns[NEIGHBOUR])
    refused = {name: sum(turn.answers.refused for turn in lot) for name, lot in turns.items()}
    return Table(
        "Requests answered by one process",
        ["", "requests/s", "of the bare one", "p50, ms", "p99, ms", "CPU each, µs", "at work"],
        [_row(name, lot, bare) for name, lot in turns.items()],
        notes=[f"{name}: {many} answers were no success" for name, many in refused.items() if many],
    )


def _per_second(turns: Sequence[Turn]) -> float:
    return median(turn.answers.per_second for turn in turns)


def _row(name: str, turns: Sequence[Turn], bare: float) -> Sequence[str]:
    if any(turn.answers.refused for turn in turns):
        return [name, "WRONG", *["–"] * 5]
    answers = [turn.answers for turn in turns]
    return [
        name,
        f"{_per_second(turns):,.0f}",
        "–" if name == NEIGHBOUR else f"{_per_second(turns) / bare:.2f} ×",
        f"{median(map(attrgetter('p50_ms'), answers)):.1f}",
        f"{median(map(attrgetter('p99_ms'), answers)):.1f}",
        f"{median(turn.cpu_microseconds for turn in turns):,.0f}",
        f"{median(turn.busy for turn in turns):.0%}",
    ]


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.api", description=__doc__)
    parser.add_argument("--requests", type=int, default=2_000, help="counted, of each turn")
    parser.add_argument("--rounds", type=int, default=5, help="medians are taken over these")
    parser.add_argument("--connections", type=int, default=32, help="at the same time")
    parser.add_argument("--events", type=int, default=300, help="of which those who watch are told")
    parser.add_argument("--quick", action="store_true", help="whether it runs at all")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.requests, options.events = 2, 100, 10
    return options


if __name__ == "__main__":
    main()

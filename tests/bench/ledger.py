"""`python -m tests.bench.ledger`: transfers per second and their latency, beside alternatives."""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import asdict

from tests.integration.servers import NoServer

from . import postgres_altyn, sqlite_altyn, sqlite_plain
from .auditing import audit_postgres, audit_sqlite
from .contender import Contender
from .machine import machine, storages
from .postgres_bare import BareInsert, RoundTrip
from .postgres_plain import Obvious, PlainFunction
from .postgres_servers import database, described, durable_postgres, vacuum
from .report import tables
from .results import Audit, Cell, Results
from .rounds import Plan, measure
from .showing import command, show


def main() -> None:
    """Measure what is asked for and print it."""
    try:
        _run(_options())
    except NoServer as why:
        sys.exit(str(why))


def _run(options: Namespace) -> None:
    plan = Plan(
        rounds=options.rounds,
        seconds=options.seconds,
        warm_up_seconds=options.warm_up,
        workers=options.workers,
    )
    facts = {"command": command("tests.bench.ledger"), **machine(), **storages()}
    cells: list[Cell] = []
    audits: list[Audit] = []
    if options.only in (None, "postgres", "audit"):
        with durable_postgres() as found:
            facts["postgres"] = described(found)
            if options.only != "audit":
                cells += _measure_postgres(found.url, plan)
            if options.only != "postgres":
                with database(found.url) as url:
                    audits.append(asyncio.run(audit_postgres(url, options.entries)))
    if options.only in (None, "sqlite", "audit"):
        with TemporaryDirectory(prefix="altyn-bench-") as folder:
            if options.only != "audit":
                cells += _measure_sqlite(Path(folder), plan)
            if options.only != "sqlite":
                audits.append(asyncio.run(audit_sqlite(Path(folder, "audit.db"), options.entries)))
    results = Results(cells, audits)
    show(facts, tables(results), markdown=options.markdown)
    if options.json:
        what = {"facts": facts, **asdict(results)}
        options.json.write_text(json.dumps(what, indent=1) + "\n")


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m tests.bench.ledger", description=__doc__)
    parser.add_argument("--only", choices=["postgres", "sqlite", "audit"])
    parser.add_argument("--seconds", type=float, default=2.0, help="counted, of each turn")
    parser.add_argument("--warm-up", type=float, default=0.5, help="seconds before that")
    parser.add_argument("--rounds", type=int, default=3, help="medians are taken over these")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--entries", type=int, default=1_000_000, help="in the audited history")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    return parser.parse_args()


def _measure_postgres(server: str, plan: Plan) -> Sequence[Cell]:
    with ExitStack() as stack:
        ours = stack.enter_context(database(server))
        asyncio.run(postgres_altyn.prepare(ours, "postgres"))
        vacuum(ours)
        one_call = stack.enter_context(database(server, copy_of=ours))
        plain = [stack.enter_context(database(server)) for _ in range(4)]
        contenders: list[Contender] = [
            postgres_altyn.Altyn(ours),
            Obvious.prepared(plain[0]),
            postgres_altyn.OneCall(one_call),
            PlainFunction.prepared(plain[1]),
            BareInsert.prepared(plain[2]),
            RoundTrip(plain[3]),
        ]
        for url in plain:
            vacuum(url)
        return asyncio.run(measure("postgres", contenders, plan))


def _measure_sqlite(folder: Path, plan: Plan) -> Sequence[Cell]:
    ours = sqlite_altyn.Altyn(folder / "altyn.db")
    one_by_one = sqlite_altyn.OneByOne(folder / "one-by-one.db")
    asyncio.run(sqlite_altyn.prepare(ours.path, "sqlite"))
    asyncio.run(sqlite_altyn.prepare(one_by_one.path, "sqlite, one by one"))
    one_commit = sqlite_plain.OneCommit(folder / "one-commit.db")
    insert = sqlite_plain.BareInsert(folder / "insert.db")
    one_commit.fill()
    insert.fill()
    return asyncio.run(measure("sqlite", [ours, one_by_one, one_commit, insert], plan))


if __name__ == "__main__":
    main()

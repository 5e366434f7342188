"""Compare our books with the provider's own list, and the ledger with both.

Without a day it is yesterday's. Exits with 1 when something differs, and else with 3 when a list
could not be read, which keeps no other from being compared; who keeps none is named. With --book
what is missing here and was never told, such as jettons sent without a word, is put into the
drawer, and what went back without us is taken from whoever has it."""

import csv
import io
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ...core.clock import Clock
from ...core.errors import AltynError
from ...core.payments import (
    BookMissing,
    Difference,
    Gateways,
    ListMissing,
    ReadFeeds,
    TieOut,
    TieOutMethod,
)
from ..wiring.plain_payments import PlainDifference, PlainTieOut
from .calling import caller, whoever
from .exits import Exit, exit_of
from .output import Output
from .session import session, settings_of
from .table import Column
from .usage import whole

NAME: Final = "reconcile"

YEARS: Final = range(2000, 3000)

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("What differs"),
    Column("Ours", right=True),
    Column("Theirs", right=True),
    Column("Key", shrinks=True),
    Column("Payment"),
)
CSV: Final = ("method", "at", "kind", "back", "ours", "theirs", "asset", "key", "payment", "said")


def arguments(parser: ArgumentParser) -> None:
    """Of which method, of which days, and how to answer."""
    parser.add_argument(
        "methods", metavar="METHOD", nargs="*", help="which (default: all that are enabled)"
    )
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="of that day (UTC)")
    parser.add_argument(
        "--days", type=whole(1, 31), metavar="N", default=1, help="and of N-1 before"
    )
    parser.add_argument("--csv", action="store_true", help="answer with lines for a spreadsheet")
    parser.add_argument(
        "--book",
        action="store_true",
        help="put what is missing here, or went back without us, into the books",
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Compare them."""
    async with session(settings_of(arguments)) as house:
        today = (await house.get(Clock)).now().date()
        day = arguments.day or today - timedelta(days=1)
        until = datetime.combine(day + timedelta(days=1), time(), UTC)
        since = until - timedelta(days=arguments.days)
        gateways = await house.get(Gateways)
        named = [gateways.of(each).method for each in arguments.methods]
        wanted = named or sorted(gateways.by_method)
        tie_out, book = await house.get(TieOutMethod), await house.get(BookMissing)
        async with output.progress("reading what is new"):
            await (await house.get(ReadFeeds))()
        found: list[TieOut] = []
        failed: dict[str, AltynError] = {}
        unlisted: list[ListMissing] = []
        looked = 0
        for method in wanted:
            try:
                async with output.progress(f"comparing {method}"):
                    found.append(await tie_out(method, since, until))
                    if arguments.book:
                        looked += await book(found[-1], caller(arguments))
            except ListMissing as none:
                unlisted.append(none)
            except AltynError as error:  # which keeps no other from being compared
                failed[method] = error
    first = next(iter(failed.values()), None)
    if first and not found:
        raise first
    if named and len(unlisted) == len(wanted):
        raise unlisted[0]
    output.document(
        {
            "looked_at": looked,
            "methods": [PlainTieOut.of(each) for each in found],
            "failed": {method: str(why) for method, why in failed.items()},
            "unlisted": [each.method for each in unlisted],
        }
    )
    if arguments.csv:
        output.say(_csv(found))
    elif found:
        _tell(found, output)
    elif not wanted:
        output.say("no way of paying is enabled")
    if arguments.book:
        output.note(f"{looked} that differed are looked at, and in the books now")
    for each in unlisted:
        output.note(str(each))
    for method, why in failed.items():
        output.note(f"{method}: {why}")
    if any(each.differences for each in found):
        return Exit.REFUSED
    return exit_of(first) if first else Exit.DONE


def _tell(found: Sequence[TieOut], output: Output) -> None:
    for each in found:
        times = f"{each.since:%Y-%m-%d %H:%M} to {each.until:%Y-%m-%d %H:%M} UTC"
        count = len(each.differences)
        differ = "1 difference" if count == 1 else f"{count or 'no'} differences"
        output.say(f"{each.method}, {times}: {each.compared} compared, {differ}")
        if each.differences:
            output.table(COLUMNS, list(map(_row, each.differences)))


def _row(difference: Difference) -> tuple[str, ...]:
    return (
        f"{difference.at:%Y-%m-%d %H:%M:%S}",
        difference.kind,
        str(difference.ours or ""),
        difference.his,
        difference.key,
        str(difference.payment or ""),
    )


def _csv(found: Sequence[TieOut]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(CSV)
    for each in found:
        for one in map(PlainDifference.of, each.differences):
            ours = one.ours.amount if one.ours else ""
            theirs = one.theirs.amount if one.theirs else ""
            either = one.ours or one.theirs
            asset = either.asset if either else ""
            back = "yes" if one.back else "no"
            # A spreadsheet would take what begins like a formula for one; keys are strangers'.
            key = f"'{one.key}" if one.key[:1] in "=+-@" else one.key
            what = (each.method, one.at, one.kind, back)
            writer.writerow((*what, ours, theirs, asset, key, one.payment, one.said))
    return lines.getvalue().rstrip("\n")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day like 2026-11-20") from None
    if day.year not in YEARS:
        raise ArgumentTypeError(f"{day} is not of our time")
    return day

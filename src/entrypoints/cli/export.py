"""Hand out the books, for accountants and for whoever moves elsewhere.

A new folder holds a sheet each for accounts, transfers, holds, payments, arrivals, refunds,
purchases, campaigns, users and the trail, all as of one moment: a line of JSON a row, or tables for
spreadsheets, and manifest.json with counts, sums and digests. Everybody goes on meanwhile."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from ...core.safekeeping import Export
from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import session, settings_of

NAME: Final = "export"


def arguments(parser: ArgumentParser) -> None:
    """Where to, and how."""
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="a folder that is not there")
    parser.add_argument("--csv", action="store_true", help="tables for spreadsheets")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Write them."""
    async with session(settings_of(arguments)) as house, output.progress("exporting"):
        export = await house.get(Export)
        exported = await export(caller(arguments), arguments.folder, as_csv=arguments.csv)
    output.document(
        {
            "folder": str(arguments.folder),
            "made_at": exported.made_at.isoformat(),
            "rows": dict(exported.counts),
            "sums": {what: dict(of) for what, of in exported.sums.items()},
        }
    )
    for sheet, count in exported.counts.items():
        shown = f"{count:,}".replace(",", " ")
        output.say(f"{shown:>12} {sheet}")
    output.say(f"{arguments.folder} is as of {exported.made_at:%Y-%m-%d %H:%M:%S} UTC")
    return Exit.DONE

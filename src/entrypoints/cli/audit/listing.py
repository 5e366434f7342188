"""Show what was done by hand, newest first: who did what, and to what.

Entries are numbered from one without gaps; a page ends with the number to go on before."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import Link, ReadTrail
from ....core.money import UNITS_MAX
from ...wiring.plain_identity import PlainLink
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole

NAME: Final = "audit list"
HELP: Final = "show what was done by hand"

LIMIT: Final = 20
LIMIT_MAX: Final = 200

COLUMNS: Final = (
    Column("No", right=True),
    Column("When (UTC)"),
    Column("Who"),
    Column("What"),
    Column("About", shrinks=True),
    Column("Facts", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Of what, of whom, and how much of it."""
    parser.add_argument("--about", metavar="THING", default="", help="only that, like user:42")
    parser.add_argument("--who", metavar="NAME", default="", help="only theirs, like user:43")
    parser.add_argument(
        "--before", metavar="N", type=whole(1, UNITS_MAX), help="only entries numbered below N"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(ReadTrail))(
            caller(arguments),
            arguments.limit + 1,
            arguments.before,
            about=arguments.about,
            who=arguments.who,
        )
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document(
        {
            "entries": [PlainLink.of(each) for each in shown],
            "before": shown[-1].number if more else None,
        }
    )
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("nothing was done by hand")
    if more:
        output.say(f"there are more: --before {shown[-1].number}")
    return Exit.DONE


def _row(link: Link) -> tuple[str, ...]:
    audited = link.audited
    return (
        str(link.number),
        f"{audited.at:%Y-%m-%d %H:%M:%S}",
        audited.who,
        audited.what,
        audited.about,
        ", ".join(f"{name}: {to}" for name, to in audited.facts.items() if to not in ("", None)),
    )

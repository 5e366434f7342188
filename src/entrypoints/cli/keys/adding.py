"""Make a key by which a program comes in at the API. It is shown once, now."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import MakeKey, Permission
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import end_of, term, told

NAME: Final = "keys add"
HELP: Final = "make a key for a program; it is shown once"


def arguments(parser: ArgumentParser) -> None:
    """What it is for, and what it opens."""
    parser.add_argument("name", metavar="NAME", help="what it is for, like 'cash desk'")
    parser.add_argument(
        "scopes",
        metavar="SCOPE",
        nargs="+",
        choices=[each.value for each in Permission],
        help=f"what it opens: {', '.join(Permission)}",
    )
    term(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Make it."""
    scopes = frozenset(map(Permission, arguments.scopes))
    async with session(settings_of(arguments)) as house:
        ends = await end_of(arguments.days, house)
        make = await house.get(MakeKey)
        told(await make(caller(arguments), arguments.name, scopes, ends), output)
    return Exit.DONE

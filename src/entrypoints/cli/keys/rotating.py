"""Let a new key take over from an old one, which stays good for a while so that nothing stops.

The new one opens the same; it is shown once, now."""

from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import Final

from ....core.identity import OVERLAP, RotateKey
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import end_of, term, told

NAME: Final = "keys rotate"
HELP: Final = "let a new key take over from an old one"

HOURS: Final = OVERLAP // timedelta(hours=1)


def arguments(parser: ArgumentParser) -> None:
    """Which, and how long the old one stays good."""
    parser.add_argument("key", metavar="KEY", help="what the old one is called")
    parser.add_argument(
        "--hours",
        metavar="N",
        type=int,
        default=HOURS,
        help=f"the old one is good for so many more; {HOURS} if nothing is said, 0: no longer",
    )
    term(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it."""
    overlap = timedelta(hours=arguments.hours)
    async with session(settings_of(arguments)) as house:
        ends = await end_of(arguments.days, house)
        rotate = await house.get(RotateKey)
        told(await rotate(caller(arguments), arguments.key, overlap, ends), output)
    return Exit.DONE

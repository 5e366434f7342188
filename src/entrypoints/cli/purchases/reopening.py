"""Say that a supplier sells to us again, having seen to whatever was in the way.

If he does not after all, the next purchase finds out and closes him again."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import ReopenSupplier
from ...wiring.sellers import NAMES
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of

NAME: Final = "purchases reopen"
HELP: Final = "say that a supplier sells to us again"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who says so."""
    parser.add_argument("supplier", metavar="SUPPLIER", choices=NAMES, help=", ".join(NAMES))
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Open him."""
    async with session(settings_of(arguments)) as house:
        lifted = await (await house.get(ReopenSupplier))(arguments.supplier, caller(arguments))
    output.document({"supplier": arguments.supplier, "opened": lifted is not None})
    was = f"; he was closed: {lifted.reason}" if lifted is not None else ", as he was before"
    output.say(f"{arguments.supplier} is open{was}")
    return Exit.DONE

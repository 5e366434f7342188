"""Wipe all that is personal about somebody; it does not come back.

The history of their money stays under their number, and so does the money."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import EraseUser
from ...wiring.plain_identity import PlainUser
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..usage import WrongUsage
from .showing import told
from .whom import found, somebody

NAME: Final = "users erase"
HELP: Final = "wipe all that is personal about somebody"


def arguments(parser: ArgumentParser) -> None:
    """Whom, and that it is meant."""
    somebody(parser)
    parser.add_argument("--yes", action="store_true", help="needed: it does not come back")


async def run(arguments: Namespace, output: Output) -> int:
    """Wipe it."""
    if not arguments.yes:
        raise WrongUsage(f"altyn {NAME}", "what is wiped does not come back: say --yes")
    async with session(settings_of(arguments)) as house:
        user = await found(arguments, house)
        user = await (await house.get(EraseUser))(caller(arguments), user.id)
    output.document(PlainUser.of(user))
    told(user, output)
    return Exit.DONE

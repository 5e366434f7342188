"""Listen to somebody no longer; with --off listen to them again.

Their money stays theirs, and what they began goes on."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import MuteUser
from ...wiring.plain_identity import PlainUser
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told
from .whom import found, somebody

NAME: Final = "users mute"
HELP: Final = "listen to somebody no longer"


def arguments(parser: ArgumentParser) -> None:
    """Whom, and why."""
    somebody(parser)
    parser.add_argument("--off", action="store_true", help="listen to them again")
    parser.add_argument("--why", metavar="TEXT", default="", help="the reason; it is kept")


async def run(arguments: Namespace, output: Output) -> int:
    """Mute them."""
    async with session(settings_of(arguments)) as house:
        user = await found(arguments, house)
        mute = await house.get(MuteUser)
        user = await mute(caller(arguments), user.id, not arguments.off, arguments.why)
    output.document(PlainUser.of(user))
    told(user, output)
    return Exit.DONE

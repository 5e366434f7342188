"""Give somebody a role instead of the one they have.

Whom ALTYN_OWNERS names stays an owner, and so does the last one there is."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import Role, SetRole
from ...wiring.plain_identity import PlainUser
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told
from .whom import found, somebody

NAME: Final = "users role"
HELP: Final = "give somebody a role"


def arguments(parser: ArgumentParser) -> None:
    """Whom, and which."""
    somebody(parser)
    parser.add_argument(
        "role", metavar="ROLE", choices=[each.value for each in Role], help=", ".join(Role)
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Give it."""
    async with session(settings_of(arguments)) as house:
        user = await found(arguments, house)
        set_role = await house.get(SetRole)
        user = await set_role(caller(arguments), user.id, Role(arguments.role))
    output.document(PlainUser.of(user))
    told(user, output)
    return Exit.DONE

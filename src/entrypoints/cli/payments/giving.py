"""Give what was held to somebody, as it came.

An account of that asset is opened for them if there is none. Money that came in another asset, or
that nobody was asked for, can only be given like this."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.balances import account_name
from ....core.payments import Arrivals, GiveHeld
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from . import deciding

NAME: Final = "payments give"
HELP: Final = "give what was held to somebody, as it came"


def arguments(parser: ArgumentParser) -> None:
    """Which money, to whom, and who decides."""
    deciding.arguments(parser)
    parser.add_argument("account", metavar="ACCOUNT", help="whose it is, like user:42")


async def run(arguments: Namespace, output: Output) -> int:
    """Give it."""
    method, key, account = arguments.method, arguments.key, account_name(arguments.account)
    async with session(settings_of(arguments)) as house:
        arrival = await (await house.get(Arrivals)).get(method, key)
        await (await house.get(GiveHeld))(method, key, account, caller(arguments))
    deciding.tell(arguments, arrival.held, account, output)
    return Exit.DONE

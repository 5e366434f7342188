"""Buy what was priced: the money is set aside, and `altyn up` does the rest.

Who agreed to it is in the trail, whether a customer's account pays or the house. Repeating the
command is safe: what was begun is answered as it is by then."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import BuyByHand, PurchaseId
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases buy"
HELP: Final = "buy what was priced"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who agrees to it."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Set the money aside."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(BuyByHand))(id, caller(arguments)), output)
    return Exit.DONE

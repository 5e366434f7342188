"""Buy what was priced: the money is set aside, and `altyn up` does the rest.

Repeating the command is safe: what was begun is answered as it is by then."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import PurchaseId, ReservePurchase
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases buy"
HELP: Final = "buy what was priced"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")


async def run(arguments: Namespace, output: Output) -> int:
    """Set the money aside."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(ReservePurchase))(id), output)
    return Exit.DONE

"""Call a purchase off as long as no wallet was told to pay; what was set aside is free again."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import CancelPurchase, PurchaseId
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases cancel"
HELP: Final = "call a purchase off"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who does."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Call it off."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(CancelPurchase))(id, caller(arguments)), output)
    return Exit.DONE

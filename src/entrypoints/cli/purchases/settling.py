"""Say who pays for goods that came after the customer had their money back.

With --charge the price is taken from the customer's balance, if they have so much, and the loss is
taken back. With --bear what we paid stays a loss of the house."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import PurchaseId, SettleLate
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases settle"
HELP: Final = "say who pays for what came late"


def arguments(parser: ArgumentParser) -> None:
    """Which, who pays, and who says so."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")
    pays = parser.add_mutually_exclusive_group(required=True)
    pays.add_argument("--charge", action="store_true", help="the customer, as agreed with them")
    pays.add_argument("--bear", action="store_true", help="the house")
    parser.add_argument("--because", metavar="TEXT", required=True, help="why; it is kept")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Take the price, or leave it."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        settle = await house.get(SettleLate)
        purchase = await settle(
            id, caller(arguments), charge=arguments.charge, because=arguments.because
        )
    told(purchase, output)
    return Exit.DONE

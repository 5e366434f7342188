"""Say what became of a purchase that was left in doubt, after having looked at the supplier's.

Delivered: the money that was set aside is taken. Not delivered: it is the customer's again, and
what we paid stays with the supplier; so be sure. Where the
goods come after all, say so with `altyn purchases late`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import DecidePurchase, PurchaseId
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases resolve"
HELP: Final = "say what became of a purchase in doubt"


def arguments(parser: ArgumentParser) -> None:
    """Which, what became of it, and who saw it."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")
    seen = parser.add_mutually_exclusive_group(required=True)
    seen.add_argument("--delivered", action="store_true", help="the goods are there")
    seen.add_argument("--not-delivered", action="store_true", help="they never will be")
    parser.add_argument(
        "--because", metavar="TEXT", required=True, help="what was seen; it is kept"
    )
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Keep what was seen."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        decide = await house.get(DecidePurchase)
        purchase = await decide(
            id, caller(arguments), delivered=arguments.delivered, because=arguments.because
        )
    told(purchase, output)
    return Exit.DONE

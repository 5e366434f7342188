"""Say that goods came which were given up after we had paid for them.

The customer has had their money back, so the books show what we paid as a loss, and the purchase
waits for `altyn purchases settle`. A supplier is asked by the worker for a week, and what he says
is booked without you; this is for what you see yourself."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import PurchaseId, ReportLate
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of
from .pricing import told

NAME: Final = "purchases late"
HELP: Final = "say that something came after it was given up"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who saw it."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")
    parser.add_argument(
        "--because", metavar="TEXT", required=True, help="what was seen; it is kept"
    )
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Book what it cost."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        report = await house.get(ReportLate)
        purchase = await report(id, caller(arguments), arguments.because)
    told(purchase, output)
    return Exit.DONE

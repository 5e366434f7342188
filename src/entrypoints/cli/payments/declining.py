"""Do not agree to a large refund: the money is again where it was before."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.payments import DecideRefund, RefundId
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .deciding import somebody
from .refunding import told

NAME: Final = "payments decline"
HELP: Final = "do not agree to a large refund"


def arguments(parser: ArgumentParser) -> None:
    """Which, why, and who decides."""
    parser.add_argument("id", metavar="REFUND", help="the id of the refund")
    parser.add_argument("--why", metavar="TEXT", required=True, help="why not; it is kept")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Decline it."""
    id, by, why = RefundId(parse_id(arguments.id)), caller(arguments), arguments.why
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(DecideRefund)).decline(id, by, why), output)
    return Exit.DONE

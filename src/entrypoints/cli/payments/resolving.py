"""Say what became of a refund that was left in doubt, after having looked at the provider's.

Nothing is asked of the provider any more. What was not paid is again where it was before, and may
be given back anew; so be sure."""

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

NAME: Final = "payments resolve"
HELP: Final = "say what became of a refund in doubt"


def arguments(parser: ArgumentParser) -> None:
    """Which, what became of it, and who saw it."""
    parser.add_argument("id", metavar="REFUND", help="the id of the refund")
    seen = parser.add_mutually_exclusive_group(required=True)
    seen.add_argument("--paid", action="store_true", help="the provider paid it")
    seen.add_argument("--not-paid", action="store_true", help="he did not, and will not")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Keep what was seen."""
    id, by = RefundId(parse_id(arguments.id)), caller(arguments)
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(DecideRefund)).resolve(id, by, arguments.paid), output)
    return Exit.DONE

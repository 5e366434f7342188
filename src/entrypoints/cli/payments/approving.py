"""Agree to a large refund that somebody else asked for; the provider is asked by `altyn up`."""

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

NAME: Final = "payments approve"
HELP: Final = "agree to a large refund"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who agrees."""
    parser.add_argument("id", metavar="REFUND", help="the id of the refund")
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Agree."""
    id = RefundId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        told(await (await house.get(DecideRefund)).approve(id, caller(arguments)), output)
    return Exit.DONE

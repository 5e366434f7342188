"""Let somebody pay again and again: an address of their own is printed, or a link to subscribe.

Whatever comes under it is credited, each time as a payment of its own. With an amount it is a
subscription in Stars, which renews itself every thirty days. Without --id a fresh one is made and
printed first; the same id is answered by the same address or link."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.amounts import amount_written
from ....core.balances import account_name
from ....core.clock import Clock
from ....core.identifiers import Identifiers, parse_id
from ....core.payments import OpenStanding, StandingId, StandingOrder
from ...wiring.methods import HELEKET
from ...wiring.plain_payments import PlainStanding
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .asking import sale_of, selling

NAME: Final = "payments stand"
HELP: Final = "let somebody pay again and again"


def arguments(parser: ArgumentParser) -> None:
    """Whom, in what, by which method."""
    parser.add_argument("payer", metavar="PAYER", help="who pays, like user:42")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like USDT")
    parser.add_argument(
        "--amount", metavar="N", help="how much every thirty days (default whatever comes)"
    )
    parser.add_argument("--account", metavar="NAME", help="whose balance grows (default PAYER)")
    parser.add_argument("--method", default=HELEKET, help=f"how to pay (default {HELEKET})")
    parser.add_argument("--reference", metavar="TEXT", default="", help="what it is for")
    selling(parser)
    parser.add_argument("--id", metavar="UUID", help="the id under which it happens once")


async def run(arguments: Namespace, output: Output) -> int:
    """Let them."""
    settings = settings_of(arguments)
    asset = settings.assets.named(arguments.asset)
    amount = None if arguments.amount is None else amount_written(arguments.amount, asset)
    async with session(settings) as house:
        id = (await house.get(Identifiers))() if arguments.id is None else parse_id(arguments.id)
        if not arguments.id:
            output.note(f"this standing order has the id {id}")
        wanted = StandingOrder(
            id=StandingId(id),
            payer=arguments.payer,
            target=account_name(arguments.account or arguments.payer),
            method=arguments.method,
            asset=asset,
            amount=amount,
            reference=arguments.reference,
            sale=sale_of(arguments),
            created_at=(await house.get(Clock)).now(),
        )
        standing = await (await house.get(OpenStanding))(wanted)
    output.document(PlainStanding.of(standing))
    what = f"{standing.asset} by {standing.method}, whenever they like"
    if standing.amount is not None:
        what = f"{standing.amount} by {standing.method}, every thirty days"
    output.say(f"{standing.payer} pays {what}")
    output.say(f"  {standing.link}")
    return Exit.DONE

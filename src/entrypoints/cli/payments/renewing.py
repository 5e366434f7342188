"""What commands about the renewal of a subscription have in common."""

from argparse import ArgumentParser, Namespace

from ....core.identifiers import parse_id
from ....core.payments import ChangeRenewal, StandingId
from ...wiring.plain_payments import PlainStanding
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the standing order")
    whoever(parser)


async def change(arguments: Namespace, output: Output, renews: bool) -> int:
    """Have it changed, and say what holds then."""
    id = StandingId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        standing = await (await house.get(ChangeRenewal))(id, caller(arguments), renews)
    output.document(PlainStanding.of(standing))
    until = f", paid until {standing.term.until:%Y-%m-%d %H:%M} UTC" if standing.term else ""
    what = "may be renewed by its payer" if renews else "renews itself no longer"
    output.say(f"standing order {standing.id} {what}{until}")
    return Exit.DONE

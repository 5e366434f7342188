"""Let an order stand no longer: what comes under it all the same waits for a decision."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.payments import EndStanding, StandingId
from ...wiring.plain_payments import PlainStanding
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "payments end"
HELP: Final = "let a standing order stand no longer"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the standing order")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """End it."""
    id = StandingId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        standing = await (await house.get(EndStanding))(id, caller(arguments))
    output.document(PlainStanding.of(standing))
    output.say(f"standing order {standing.id} has ended")
    return Exit.DONE

"""What steering a campaign takes and tells, wherever it is steered to."""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable

from ....core.identifiers import parse_id
from ....core.identity import Caller
from ....core.purchases import Campaign, CampaignId, SteerCampaign
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told

Steering = Callable[[SteerCampaign, CampaignId, Caller], Awaitable[Campaign]]


def which(parser: ArgumentParser) -> None:
    """Which campaign, and who steers it."""
    parser.add_argument("id", metavar="ID", help="the id of the campaign")
    whoever(parser)


async def steered(arguments: Namespace, output: Output, steering: Steering) -> int:
    """Steer it there, and say how far it has come."""
    id = CampaignId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await steering(await house.get(SteerCampaign), id, caller(arguments))
        await told(house, id, output)
    return Exit.DONE

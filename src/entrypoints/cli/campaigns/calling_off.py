"""Call a campaign off: nothing new is begun any more.

What was begun is finished, and what was not set aside goes back at once."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import CampaignId, SteerCampaign
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told

NAME: Final = "campaign cancel"
HELP: Final = "call a campaign off"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the campaign")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Call it off."""
    id = CampaignId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await (await house.get(SteerCampaign)).cancel(id, caller(arguments))
        await told(house, id, output)
    return Exit.DONE

"""Let a paused campaign go on."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import CampaignId, SteerCampaign
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told

NAME: Final = "campaign resume"
HELP: Final = "let a campaign go on"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the campaign")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it go on."""
    id = CampaignId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await (await house.get(SteerCampaign)).resume(id, caller(arguments))
        await told(house, id, output)
    return Exit.DONE

"""Call a campaign off: nothing new is begun any more.

What was begun is finished, and what was not set aside goes back at once."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import SteerCampaign
from ..output import Output
from .steering import steered, which

NAME: Final = "campaign cancel"
HELP: Final = "call a campaign off"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Call it off."""
    return await steered(arguments, output, SteerCampaign.cancel)

"""Pause a campaign: nothing new is begun, what was begun goes on."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import SteerCampaign
from ..output import Output
from .steering import steered, which

NAME: Final = "campaign pause"
HELP: Final = "pause a campaign"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Pause it."""
    return await steered(arguments, output, SteerCampaign.pause)

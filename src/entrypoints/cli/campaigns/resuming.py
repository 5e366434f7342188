"""Let a paused campaign go on."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import SteerCampaign
from ..output import Output
from .steering import steered, which

NAME: Final = "campaign resume"
HELP: Final = "let a campaign go on"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it go on."""
    return await steered(arguments, output, SteerCampaign.resume)

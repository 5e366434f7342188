"""Let a broadcast go on where it was left off: nobody gets it twice."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.broadcasts import SteerBroadcast
from ..output import Output
from .steering import steered, which

NAME: Final = "broadcasts resume"
HELP: Final = "let a broadcast go on"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it go on."""
    return await steered(arguments, output, SteerBroadcast.resume)

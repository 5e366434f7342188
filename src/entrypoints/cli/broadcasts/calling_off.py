"""Call a broadcast off: no further letter is begun any more."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.broadcasts import SteerBroadcast
from ..output import Output
from .steering import steered, which

NAME: Final = "broadcasts cancel"
HELP: Final = "call a broadcast off"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Call it off."""
    return await steered(arguments, output, SteerBroadcast.cancel)

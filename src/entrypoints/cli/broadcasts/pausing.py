"""Pause a broadcast: no further letter is begun, those in hand are sent."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.broadcasts import SteerBroadcast
from ..output import Output
from .steering import steered, which

NAME: Final = "broadcasts pause"
HELP: Final = "pause a broadcast"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Pause it."""
    return await steered(arguments, output, SteerBroadcast.pause)

"""Let a subscription renew itself no longer: what was paid lasts until its end."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ..output import Output
from . import renewing

NAME: Final = "payments unsubscribe"
HELP: Final = "let a subscription renew itself no longer"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    renewing.arguments(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Have the provider do it."""
    return await renewing.change(arguments, output, renews=False)

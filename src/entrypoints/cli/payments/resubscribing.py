"""Let a payer renew a subscription again that was called off by us; it is for them to want it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ..output import Output
from . import renewing

NAME: Final = "payments resubscribe"
HELP: Final = "let a payer renew a subscription again"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    renewing.arguments(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Have the provider do it."""
    return await renewing.change(arguments, output, renews=True)

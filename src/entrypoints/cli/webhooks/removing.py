"""Tell a webhook nothing ever again.

Its secrets are forgotten, and what waits for it is given up; what it was told stays in the log."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.notifications import SteerWebhook, WebhookId
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .telling import show, which

NAME: Final = "webhooks remove"
HELP: Final = "tell a webhook nothing ever again"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Do so."""
    id = WebhookId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        webhook = await (await house.get(SteerWebhook)).remove(id, caller(arguments))
    show(webhook, output)
    return Exit.DONE

"""Show a webhook as it is, without its secrets."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.notifications import WebhookId, Webhooks
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .telling import show, which

NAME: Final = "webhooks show"
HELP: Final = "show a webhook"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    id = WebhookId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        webhook = await (await house.get(Webhooks)).get(id)
    show(webhook, output)
    return Exit.DONE

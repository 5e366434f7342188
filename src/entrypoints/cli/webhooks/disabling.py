"""Tell a webhook nothing for a while.

What waits for it goes on waiting; what happens meanwhile is not kept for it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.notifications import SteerWebhook, WebhookId
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .telling import show, which

NAME: Final = "webhooks disable"
HELP: Final = "tell a webhook nothing for a while"


def arguments(parser: ArgumentParser) -> None:
    """Which, and why."""
    which(parser)
    whoever(parser)
    parser.add_argument("--why", metavar="TEXT", default="by hand", help="why; it is kept")


async def run(arguments: Namespace, output: Output) -> int:
    """Do so."""
    id = WebhookId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        webhook = await (await house.get(SteerWebhook)).disable(
            id, caller(arguments), arguments.why
        )
    show(webhook, output)
    return Exit.DONE

"""Give a webhook another secret; what it is told is signed with the old one too for a day."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import Identifiers, parse_id
from ....core.notifications import SteerWebhook, WebhookId
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .telling import show_with_secret, which

NAME: Final = "webhooks rotate"
HELP: Final = "give a webhook another secret"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Give it one."""
    id = WebhookId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        steer, errand = await house.get(SteerWebhook), (await house.get(Identifiers))()
        shown = await steer.rotate(id, caller(arguments), errand)
    show_with_secret(shown, output)
    return Exit.DONE

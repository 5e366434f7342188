"""Begin to tell an address of events, and show the secret with which that is signed.

`altyn up` tells it. The secret is shown this once; how to check signatures:
docs/howto/receive_webhooks.md."""

from argparse import ArgumentParser, Namespace
from typing import Final
from uuid import uuid4

from ....core.identifiers import parse_id
from ....core.notifications import AddWebhook
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .telling import show_with_secret

NAME: Final = "webhooks add"
HELP: Final = "begin to tell an address of events"


def arguments(parser: ArgumentParser) -> None:
    """Where, of what, and of whom."""
    parser.add_argument("url", metavar="URL", help="like https://shop.example/altyn")
    parser.add_argument(
        "events", metavar="EVENT", nargs="+", help="like payment.settled, purchase.* or '*'"
    )
    parser.add_argument("--account", metavar="NAME", default="", help="only of theirs: user:42")
    parser.add_argument("--id", metavar="UUID", help="the id under which it begins once")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Begin."""
    id = uuid4() if arguments.id is None else parse_id(arguments.id)
    async with session(settings_of(arguments)) as house:
        add = await house.get(AddWebhook)
        events = tuple(arguments.events)
        shown = await add(caller(arguments), id, arguments.url, events, arguments.account)
    show_with_secret(shown, output)
    return Exit.DONE

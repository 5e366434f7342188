"""Show who is told of events."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.notifications import Webhooks
from ...wiring.plain_notifications import PlainWebhook
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "webhooks list"
HELP: Final = "show who is told of events"

COLUMNS: Final = (
    Column("Webhook"),
    Column("State"),
    Column("Events", shrinks=True),
    Column("Of"),
    Column("Address", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """It takes none: all are shown that were not removed."""


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Webhooks)).all()
    output.document({"webhooks": [PlainWebhook.of(each) for each in found]})
    if not found:
        output.say("nobody is told of events")
        return Exit.DONE
    rows = [
        (str(each.id), each.state, ", ".join(each.events), each.account or "all", each.url)
        for each in found
    ]
    output.table(COLUMNS, rows)
    return Exit.DONE

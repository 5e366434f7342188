"""Show the events that could not be passed on, the oldest first, and how many wait.

They are in nobody's way. When the reason is gone, `altyn events retry` has them passed on."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.events import Outbox
from ...wiring.plain import iso
from ...wiring.plain_notifications import PlainStuck
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from ..table import Column

NAME: Final = "events stuck"
HELP: Final = "show the events that could not be passed on"

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("Event"),
    Column("Why", shrinks=True),
    Column("Id"),
)


def arguments(parser: ArgumentParser) -> None:
    """How many."""
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        outbox = await house.get(Outbox)
        backlog, found = await outbox.backlog(), await outbox.stuck(arguments.limit)
    output.document(
        {
            "waiting": backlog.waiting,
            "oldest": iso(backlog.oldest) if backlog.oldest else None,
            "stuck": backlog.stuck,
            "events": [PlainStuck.of(each) for each in found],
        }
    )
    if found:
        rows = [
            (f"{each.event.at:%Y-%m-%d %H:%M:%S}", each.event.name, each.why, str(each.event.id))
            for each in found
        ]
        output.table(COLUMNS, rows)
    since = f", the oldest since {backlog.oldest:%Y-%m-%d %H:%M:%S} UTC" if backlog.oldest else ""
    output.say(f"{backlog.stuck} are stuck, {backlog.waiting} wait{since}")
    return Exit.DONE

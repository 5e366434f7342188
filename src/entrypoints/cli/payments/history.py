"""What somebody paid and got back, and what else came and went on their account, newest first."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import Event, ReadHistory
from ...wiring.plain_payments import PlainEvent
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole
from .drawer import LIMIT, LIMIT_MAX

NAME: Final = "payments history"
HELP: Final = "show what somebody paid, got back, bought and was given"

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("Kind"),
    Column("Amount", right=True),
    Column("State"),
    Column("Method"),
    Column("Note", shrinks=True),
    Column("Id"),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose, and how much of it."""
    parser.add_argument("payer", metavar="PAYER", help="whose, like user:42")
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many lines, {LIMIT_MAX} at most (default {LIMIT})",
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    async with session(settings_of(arguments)) as house:
        events = await (await house.get(ReadHistory))(arguments.payer, arguments.limit)
    output.document({"payer": arguments.payer, "events": [PlainEvent.of(one) for one in events]})
    if events:
        output.table(COLUMNS, list(map(_row, events)))
    else:
        output.say(f"{arguments.payer} has no history here")
    return Exit.DONE


def _row(event: Event) -> tuple[str, ...]:
    return (
        f"{event.at:%Y-%m-%d %H:%M:%S}",
        event.kind,
        str(event.amount),
        event.progress,
        event.method,
        event.note,
        str(event.id),
    )

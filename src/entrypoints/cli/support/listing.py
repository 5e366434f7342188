"""Show what people ask us, the oldest first: what nobody has answered, or with --all everything.

A page ends with the number to go on after."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.support import ReadTickets, State, Ticket
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole
from .which import NUMBER_MAX, plain

NAME: Final = "support list"
HELP: Final = "show what people ask us"

LIMIT: Final = 20
LIMIT_MAX: Final = 200

COLUMNS: Final = (
    Column("Ticket", right=True),
    Column("Asked (UTC)"),
    Column("User", right=True),
    Column("State"),
    Column("About"),
    Column("Words", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Which, and how many."""
    parser.add_argument("--all", action="store_true", help="answered and closed ones too")
    parser.add_argument(
        "--after", metavar="NUMBER", type=whole(0, NUMBER_MAX), default=0, help="only later ones"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    state = None if arguments.all else State.OPEN
    async with session(settings_of(arguments)) as house:
        read = await house.get(ReadTickets)
        by, limit = caller(arguments), arguments.limit
        found = await read.page(by, limit + 1, arguments.after, state)
    shown, more = found[:limit], len(found) > limit
    after = shown[-1].number if more else None
    output.document({"tickets": list(map(plain, shown)), "after": after})
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("nobody waits for an answer" if state else "nobody has asked anything")
    if more:
        output.say(f"there are more: --after {after}")
    return Exit.DONE


def _row(ticket: Ticket) -> tuple[str, ...]:
    at = f"{ticket.opened_at:%Y-%m-%d %H:%M:%S}"
    about, number, user = ticket.about, str(ticket.number), str(ticket.user)
    return number, at, user, ticket.state, about, ticket.words

"""Show the standing orders of somebody: where they pay, and until when they have."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import StandingOrder, Standings
from ...wiring.plain_payments import PlainStanding
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "payments standing"
HELP: Final = "show where somebody pays again and again"

COLUMNS: Final = (
    Column("Id"),
    Column("Method"),
    Column("Each time", right=True),
    Column("State"),
    Column("Until (UTC)"),
    Column("For", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose."""
    parser.add_argument("payer", metavar="PAYER", help="who pays, like user:42")


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Standings)).of(arguments.payer)
    output.document({"standing": [PlainStanding.of(each) for each in found]})
    if found:
        output.table(COLUMNS, list(map(_row, found)))
    else:
        output.say(f"{arguments.payer} has no standing orders")
    return Exit.DONE


def _row(standing: StandingOrder) -> tuple[str, ...]:
    term = standing.term
    return (
        str(standing.id),
        standing.method,
        str(standing.amount or standing.asset),
        _state(standing),
        f"{term.until:%Y-%m-%d %H:%M}" if term else "",
        standing.reference,
    )


def _state(standing: StandingOrder) -> str:
    if standing.ended:
        return "ended"
    if standing.term is None:
        return "not paid" if standing.amount else "open"
    if standing.term.lapsed:
        return "lapsed"
    return "renews" if standing.term.renews else "cancelled"

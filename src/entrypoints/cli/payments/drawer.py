"""Show the drawer: what came and waits for somebody to decide, the oldest first.

`altyn payments credit` and `altyn payments give` decide."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import Arrival, Arrivals
from ...wiring.plain_payments import PlainArrival
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole

NAME: Final = "payments held"
HELP: Final = "show what waits for a decision"

LIMIT: Final = 20
LIMIT_MAX: Final = 200

COLUMNS: Final = (
    Column("Since (UTC)"),
    Column("Method"),
    Column("Key"),
    Column("Held", right=True),
    Column("Case"),
    Column("Why", shrinks=True),
    Column("Payment"),
)


def arguments(parser: ArgumentParser) -> None:
    """How much of it."""
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Arrivals)).held(arguments.limit + 1)
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document({"held": [PlainArrival.of(one) for one in shown], "more": more})
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("nothing waits for a decision")
    if more:
        output.say("there are more; these come first")
    return Exit.DONE


def _row(arrival: Arrival) -> tuple[str, ...]:
    return (
        f"{arrival.noted_at:%Y-%m-%d %H:%M:%S}",
        arrival.method,
        arrival.inflow.key,
        str(arrival.held),
        arrival.case,
        arrival.why_held,
        str(arrival.payment or ""),
    )

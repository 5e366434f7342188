"""Show the refunds with which nothing goes on before a person decides, the oldest first.

Large ones wait for `altyn payments approve` or `decline`. Of those in doubt the provider knows,
and does not say, whether they were paid: look there, then `altyn payments resolve`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import Refund, Refunds
from ...wiring.plain_payments import PlainRefund
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole
from .drawer import LIMIT, LIMIT_MAX

NAME: Final = "payments refunds"
HELP: Final = "show refunds that wait for a person"

COLUMNS: Final = (
    Column("Since (UTC)"),
    Column("Amount", right=True),
    Column("State"),
    Column("Method"),
    Column("By"),
    Column("Reason", shrinks=True),
    Column("Told", shrinks=True),
    Column("Refund"),
)


def arguments(parser: ArgumentParser) -> None:
    """How many."""
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Refunds)).waiting(arguments.limit + 1)
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document({"refunds": [PlainRefund.of(one) for one in shown], "more": more})
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("no refund waits for a person")
    if more:
        output.say("there are more; these come first")
    return Exit.DONE


def _row(refund: Refund) -> tuple[str, ...]:
    return (
        f"{refund.created_at:%Y-%m-%d %H:%M:%S}",
        str(refund.amount),
        refund.state,
        refund.method,
        refund.by,
        refund.reason,
        refund.told,
        str(refund.id),
    )

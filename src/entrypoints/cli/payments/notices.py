"""Show what providers told us that reading could not resolve, the oldest first.

`altyn payments reread` has one read again, `altyn payments dismiss` lets it rest."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import Notice, Notices
from ...wiring.plain_payments import PlainNotice
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..usage import whole
from .drawer import LIMIT, LIMIT_MAX

NAME: Final = "payments notices"
HELP: Final = "show notices that a person has to look at"

COLUMNS: Final = (
    Column("Told at (UTC)"),
    Column("Method"),
    Column("Key", shrinks=True),
    Column("Tries", right=True),
    Column("What became of it", shrinks=True),
    Column("Payment"),
)


def arguments(parser: ArgumentParser) -> None:
    """How many of them."""
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
        found = await (await house.get(Notices)).unresolved(arguments.limit + 1)
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document({"notices": [PlainNotice.of(one) for one in shown], "more": more})
    if shown:
        output.table(COLUMNS, list(map(_row, shown)))
    else:
        output.say("no notice waits for a person")
    if more:
        output.say("there are more; these come first")
    return Exit.DONE


def _row(notice: Notice) -> tuple[str, ...]:
    return (
        f"{notice.taken_at:%Y-%m-%d %H:%M:%S}",
        notice.method,
        notice.hint.key,
        str(notice.tries),
        notice.outcome,
        str(notice.hint.payment or ""),
    )

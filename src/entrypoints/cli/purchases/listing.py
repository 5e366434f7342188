"""What somebody bought or wanted to buy, newest first."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import Purchase, Purchases
from ...wiring.plain_purchases import PlainPurchase
from ..exits import Exit
from ..output import Output
from ..payments.drawer import LIMIT, LIMIT_MAX
from ..session import session, settings_of
from ..table import Column
from ..usage import whole

NAME: Final = "purchases list"
HELP: Final = "show what somebody bought"

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("What", shrinks=True),
    Column("For"),
    Column("Price", right=True),
    Column("State"),
    Column("Told", shrinks=True),
    Column("Purchase"),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose, and how much of it."""
    parser.add_argument("buyer", metavar="BUYER", help="whose, like user:42")
    how_many(parser)


def how_many(parser: ArgumentParser) -> None:
    """So many."""
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
        found = await (await house.get(Purchases)).of(arguments.buyer, arguments.limit)
    output.document({"buyer": arguments.buyer, "purchases": [PlainPurchase.of(e) for e in found]})
    if found:
        output.table(COLUMNS, list(map(row, found)))
    else:
        output.say(f"{arguments.buyer} has bought nothing here")
    return Exit.DONE


def row(purchase: Purchase) -> tuple[str, ...]:
    """One of them."""
    return (
        f"{purchase.created_at:%Y-%m-%d %H:%M:%S}",
        str(purchase.wish.goods),
        f"@{purchase.wish.recipient}",
        str(purchase.price),
        f"{purchase.state}, late" if purchase.late else purchase.state,
        purchase.told,
        str(purchase.id),
    )

"""What somebody bought or wanted to buy, newest first.

Without BUYER: what is under way of everybody's, the oldest first. It was agreed to, and is neither
delivered nor given up."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.purchases import (
    SET_ASIDE,
    Purchase,
    PurchaseId,
    Purchases,
    PurchasesUnderWay,
    State,
)
from ...wiring.plain_purchases import PlainPurchase
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..payments.drawer import LIMIT, LIMIT_MAX
from ..session import Session, session, settings_of
from ..table import Column
from ..under_way import age, narrowed, show
from ..usage import WrongUsage, whole

NAME: Final = "purchases list"
HELP: Final = "show what somebody bought, or what is under way of everybody's"

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
    parser.add_argument("buyer", metavar="BUYER", nargs="?", help="whose, like user:42")
    narrowed(parser, SET_ASIDE)
    how_many(parser)
    whoever(parser)


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
        if arguments.buyer is None:
            return await _everybodys(arguments, house, output)
        if arguments.state or arguments.minutes or arguments.after:
            raise WrongUsage(f"altyn {NAME}", "only what is everybody's is narrowed so")
        found = await (await house.get(Purchases)).of(arguments.buyer, arguments.limit)
    output.document({"buyer": arguments.buyer, "purchases": [PlainPurchase.of(e) for e in found]})
    if found:
        output.table(COLUMNS, list(map(row, found)))
    else:
        output.say(f"{arguments.buyer} has bought nothing here")
    return Exit.DONE


async def _everybodys(arguments: Namespace, house: Session, output: Output) -> int:
    after = None
    if arguments.after is not None:
        last = await (await house.get(Purchases)).get(PurchaseId(parse_id(arguments.after)))
        after = last.created_at, last.id
    found = await (await house.get(PurchasesUnderWay))(
        caller(arguments),
        arguments.limit + 1,
        after,
        state=None if arguments.state is None else State(arguments.state),
        age=age(arguments),
    )
    shown = found[: arguments.limit]
    following = str(shown[-1].id) if len(found) > arguments.limit else None
    plain = [PlainPurchase.of(e) for e in shown]
    show(output, "purchase", plain, COLUMNS, list(map(row, shown)), following)
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

"""Show a purchase as it is in the books, and every bill of it that a wallet was told to pay.

Nobody outside is asked: `altyn up` does that by itself."""

from argparse import ArgumentParser, Namespace
from typing import Final

from attrs import asdict

from ....core.identifiers import parse_id
from ....core.purchases import PurchaseId, Purchases
from ....core.wallets import Outlay, Outlays
from ...wiring.plain_purchases import PlainOutlay, PlainPurchase
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "purchases show"
HELP: Final = "show a purchase and what was paid for it"

COLUMNS: Final = (
    Column("Since (UTC)"),
    Column("Wallet"),
    Column("Amount", right=True),
    Column("State"),
    Column("Seen as"),
    Column("To", shrinks=True),
    Column("Told", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the purchase")


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    id = PurchaseId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        purchase = await (await house.get(Purchases)).get(id)
        outlays = await (await house.get(Outlays)).of(str(id))
    wish, quote = purchase.wish, purchase.quote
    plain = asdict(PlainPurchase.of(purchase))
    output.document({**plain, "outlays": [PlainOutlay.of(one) for one in outlays]})
    words = f": {purchase.told}" if purchase.told else ""
    output.say(f"purchase {purchase.id} is {purchase.state}{words}")
    output.say(f"  {wish.goods} for @{wish.recipient} ({purchase.shown}), bought by {wish.buyer}")
    output.say(f"  price {quote.price}, cost {quote.cost}, at most {quote.cost_max}")
    output.say(f"  {purchase.supplier} calls it {purchase.order_id or 'nothing yet'}")
    if purchase.decided_by:
        output.say(f"  decided by {purchase.decided_by}")
    if outlays:
        output.table(COLUMNS, list(map(row, outlays)))
    return Exit.DONE


def row(outlay: Outlay) -> tuple[str, ...]:
    """One bill."""
    return (
        f"{outlay.created_at:%Y-%m-%d %H:%M:%S}",
        outlay.wallet,
        str(outlay.amount),
        outlay.state,
        outlay.proof,
        ", ".join(part.to for part in outlay.bill.parts),
        outlay.told,
    )

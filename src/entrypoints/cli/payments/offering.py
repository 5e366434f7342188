"""Show by which methods somebody may pay an amount, the first to be offered first, and what speaks
against the others: the asset, the amount, the goods, the country, or a provider who is silent.

Nothing is opened; providers may be asked what they take at present."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.amounts import amount_written
from ....core.payments import Offer, OfferMethods
from ...wiring.plain_payments import PlainOffer
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from .asking import sale_of, selling

NAME: Final = "payments offers"
HELP: Final = "show by which methods somebody may pay"

COLUMNS: Final = (
    Column("Method"),
    Column("Offered"),
    Column("From", right=True),
    Column("To", right=True),
    Column("Why", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """How much, and what it is for."""
    parser.add_argument("amount", metavar="AMOUNT", help="like 12.50; never rounded")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like USDT")
    selling(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    settings = settings_of(arguments)
    amount = amount_written(arguments.amount, settings.assets.named(arguments.asset))
    sale = sale_of(arguments)
    async with session(settings) as house:
        offers = await (await house.get(OfferMethods))(amount, sale)
    output.document({"offers": [PlainOffer.of(each) for each in offers]})
    if offers:
        output.table(COLUMNS, list(map(_row, offers)))
    else:
        output.say("no way of paying is enabled")
    return Exit.DONE


def _row(offer: Offer) -> tuple[str, ...]:
    offered = f"no: {offer.obstacle}" if offer.obstacle else "yes"
    bounds = (str(each) if each else "" for each in (offer.least, offer.most))
    return (offer.method, offered, *bounds, offer.why)

"""Ask what something costs: the recipient is checked, and the price holds for some minutes.

Nothing is paid before `altyn purchases buy`. The id makes it happen once: repeating the command
with the same --id and the same contents answers with the same price. The price is in the asset of
--in; it is taken from --account (default BUYER), or comes from a payment that fills that account,
or with --house there is none and the house pays."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.balances import account_name
from ....core.identifiers import Identifiers, parse_id
from ....core.payments import PaymentId
from ....core.purchases import (
    Funding,
    Goods,
    Kind,
    Purchase,
    PurchaseId,
    QuotePurchase,
    Wish,
)
from ...wiring import SettingMissing
from ...wiring.plain_purchases import PlainPurchase
from ...wiring.sellers import sellers
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..usage import whole

NAME: Final = "purchases price"
HELP: Final = "ask what something costs"
QUANTITY_MAX: Final = 1_000_000_000


def arguments(parser: ArgumentParser) -> None:
    """What, for whom, and who pays."""
    parser.add_argument("kind", metavar="KIND", choices=[*map(str, Kind)], help=", ".join(Kind))
    parser.add_argument(
        "quantity",
        metavar="QUANTITY",
        type=whole(1, QUANTITY_MAX),
        help="so many Stars, months, coins or packs",
    )
    parser.add_argument("recipient", metavar="RECIPIENT", help="a username, like @durov")
    parser.add_argument("--buyer", metavar="NAME", required=True, help="who buys, like user:42")
    parser.add_argument("--in", metavar="ASSET", dest="asset", required=True, help="like RUB")
    parser.add_argument("--item", metavar="ITEM", default="", help="which pack, like 19/3")
    parser.add_argument("--from", metavar="NAME", dest="supplier", default="", help="by whom")
    parser.add_argument("--role", metavar="WORD", default="", help="by which it is priced")
    payer = parser.add_mutually_exclusive_group()
    payer.add_argument("--account", metavar="NAME", help="who pays (default BUYER)")
    payer.add_argument("--house", action="store_true", help="the house pays for itself")
    parser.add_argument(
        "--payment", metavar="UUID", help="buy by itself once this payment has filled the account"
    )
    parser.add_argument("--id", metavar="UUID", help="the id under which it happens once")


async def run(arguments: Namespace, output: Output) -> int:
    """Make the price."""
    settings = settings_of(arguments)
    if not any(each.enabled for each in sellers(settings)):
        raise SettingMissing("ALTYN_FRAGMENT_COOKIES", "nobody is enabled who sells to us")
    async with session(settings) as house:
        id = (await house.get(Identifiers))() if arguments.id is None else parse_id(arguments.id)
        account = None if arguments.house else account_name(arguments.account or arguments.buyer)
        payment = PaymentId(parse_id(arguments.payment)) if arguments.payment else None
        goods = Goods(kind=Kind(arguments.kind), quantity=arguments.quantity, item=arguments.item)
        wish = Wish(
            id=PurchaseId(id),
            goods=goods,
            recipient=arguments.recipient.removeprefix("@"),
            buyer=arguments.buyer,
            funding=Funding(account=account, payment=payment),
            asset=settings.assets.named(arguments.asset),
            role=arguments.role,
            supplier=arguments.supplier,
        )
        purchase = await (await house.get(QuotePurchase))(wish)
    told(purchase, output)
    output.say(f"buy it until {purchase.quote.expires_at:%H:%M} UTC: altyn purchases buy {id}")
    return Exit.DONE


def told(purchase: Purchase, output: Output) -> None:
    """Say how far it has come."""
    wish = purchase.wish
    output.document(PlainPurchase.of(purchase))
    words = f": {purchase.told}" if purchase.told else ""
    output.say(f"purchase {purchase.id} is {purchase.state}{words}")
    output.say(f"  {wish.goods} for @{wish.recipient} ({purchase.shown})")
    output.say(f"  price {purchase.price}, cost {purchase.quote.cost} at {purchase.supplier}")
    if purchase.proof:
        output.say(f"  seen as {purchase.proof}")

"""Ask somebody for money: an invoice is opened, and its link printed.

The id makes it happen once: repeating the command with the same --id and the same contents asks
for nothing more and answers with the payment as it is by then. Without --id a fresh one is made
and printed first."""

import asyncio
import shlex
from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.amounts import amount_written
from ....core.balances import account_name
from ....core.errors import AltynError, Unavailable
from ....core.identifiers import Identifiers, parse_id
from ....core.payments import (
    Goods,
    OpenPayment,
    Order,
    Payment,
    PaymentId,
    Place,
    Quote,
    Sale,
    State,
)
from ...wiring import SettingMissing, Settings
from ...wiring.methods import HELEKET, methods
from ...wiring.plain_payments import PlainPayment
from ..exits import Exit
from ..output import Output
from ..session import Session, make_sure, settings_of, unchecked
from .drawing import Drawing, qr_arguments

NAME: Final = "payments open"
HELP: Final = "ask somebody for money"


def arguments(parser: ArgumentParser) -> None:
    """Of whom, how much, by which method."""
    parser.add_argument("payer", metavar="PAYER", help="who is to pay, like user:42")
    parser.add_argument("amount", metavar="AMOUNT", help="like 12.50; never rounded")
    parser.add_argument("asset", metavar="ASSET", help="code of an asset, like USDT")
    parser.add_argument("--account", metavar="NAME", help="whose balance grows (default PAYER)")
    parser.add_argument("--method", default=HELEKET, help=f"how to pay (default {HELEKET})")
    parser.add_argument("--reference", metavar="TEXT", default="", help="what it is for")
    selling(parser)
    parser.add_argument("--id", metavar="UUID", help="the id under which it happens once")
    qr_arguments(parser)


def selling(parser: ArgumentParser) -> None:
    """What is sold, where and to whom: not every method may be used for everything."""
    sale = Sale()
    parser.add_argument(
        "--goods", choices=[*map(str, Goods)], default=sale.goods, help=f"(default {sale.goods})"
    )
    parser.add_argument(
        "--sold",
        choices=[*map(str, Place)],
        default=sale.place,
        help=f"inside Telegram or elsewhere (default {sale.place})",
    )
    parser.add_argument(
        "--country", metavar="CODE", default=sale.country, help="where the payer is from, like DE"
    )


def sale_of(arguments: Namespace) -> Sale:
    """That sale."""
    return Sale(
        goods=Goods(arguments.goods), place=Place(arguments.sold), country=arguments.country.upper()
    )


async def run(arguments: Namespace, output: Output) -> int:
    """Ask."""
    settings, drawing = settings_of(arguments), Drawing.asked(arguments)
    _some_method(settings)
    async with unchecked(settings) as house:
        order = await _order(arguments, settings, house)
        # Whatever is wrong in itself has been refused by now; the database comes next.
        await make_sure(house)
        if not arguments.id:
            output.note(f"this payment has the id {order.id}")
        open_payment = await house.get(OpenPayment)
        try:
            payment = await open_payment(order)
        except asyncio.CancelledError:
            output.note(_doubt(arguments, order.id))
            raise
        except Exception as error:
            if not isinstance(error, AltynError) or isinstance(error, Unavailable):
                error.add_note(_doubt(arguments, order.id))
            raise
    output.document(PlainPayment.of(payment))
    told = _told(payment, arguments, output)
    if told is Exit.DONE and not drawing.draw(payment.link, output):
        return Exit.REFUSED
    return told


def _some_method(settings: Settings) -> None:
    known = methods(settings)
    if not any(each.enabled for each in known):
        raise SettingMissing(known[0].enabled_by, "no way of paying is enabled")


async def _order(arguments: Namespace, settings: Settings, house: Session) -> Order:
    id = (await house.get(Identifiers))() if arguments.id is None else parse_id(arguments.id)
    amount = amount_written(arguments.amount, settings.assets.named(arguments.asset))
    return Order(
        id=PaymentId(id),
        payer=arguments.payer,
        target=account_name(arguments.account or arguments.payer),
        method=arguments.method,
        quote=Quote.plain(amount),
        reference=arguments.reference,
        sale=sale_of(arguments),
    )


def _told(payment: Payment, arguments: Namespace, output: Output) -> Exit:
    """Say what became of it; a payment that nobody can pay is no success."""
    output.say(f"payment {payment.id} is {payment.state}")
    if payment.state is State.FAILED:
        output.say(f"  {payment.told}")
        return Exit.REFUSED
    if payment.state is State.CREATED:  # an invoice is not opened any more
        output.say("  its time ran out before there was an invoice: ask for it under another id")
        return Exit.REFUSED
    if payment.state is State.UNKNOWN:
        output.say(f"  {payment.told}")
        output.note(_doubt(arguments, payment.id))
        return Exit.UNAVAILABLE
    output.say(
        f"  {payment.asked} for {payment.order.target}, until {payment.expires_at:%H:%M} UTC"
    )
    output.say(f"  {payment.link}")
    return Exit.DONE


def _doubt(arguments: Namespace, id: PaymentId) -> str:
    """How to learn what became of it: the command that asks for the same once more."""
    words = ["altyn", *NAME.split(), arguments.payer, arguments.amount, arguments.asset]
    words += ["--id", str(id), "--method", arguments.method]
    words += ["--goods", arguments.goods, "--sold", arguments.sold]
    for option in ("account", "reference", "country"):
        if value := getattr(arguments, option):
            words += [f"--{option}", value]
    return f"not known whether there is an invoice; to make sure: {shlex.join(words)}"

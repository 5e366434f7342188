"""Show a payment as it is in the books, and everything that came for it.

The provider is not asked: `altyn up` does that by itself."""

from argparse import ArgumentParser, Namespace
from typing import Final

from attrs import asdict

from ....core.identifiers import parse_id
from ....core.payments import Arrival, Arrivals, Payment, PaymentId, Payments
from ...wiring.plain_payments import PlainArrival, PlainPayment
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from .drawing import Drawing, qr_arguments

NAME: Final = "payments show"
HELP: Final = "show a payment and what came for it"

COLUMNS: Final = (
    Column("Came (UTC)"),
    Column("Amount", right=True),
    Column("Case"),
    Column("Credited", right=True),
    Column("Held", right=True),
    Column("Key"),
    Column("Why held", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the payment")
    qr_arguments(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    id, drawing = PaymentId(parse_id(arguments.id)), Drawing.asked(arguments)
    async with session(settings_of(arguments)) as house:
        payment = await (await house.get(Payments)).get(id)
        came = await (await house.get(Arrivals)).of(id)
    output.document(
        {**asdict(PlainPayment.of(payment)), "arrivals": [PlainArrival.of(one) for one in came]}
    )
    _tell(payment, output)
    drawn = drawing.draw(payment.link, output)
    if came:
        output.table(COLUMNS, list(map(_row, came)))
    else:
        output.say("nothing came")
    return Exit.DONE if drawn else Exit.REFUSED


def _tell(payment: Payment, output: Output) -> None:
    order = payment.order
    output.say(
        f"payment {payment.id} is {payment.state}{': ' if payment.told else ''}{payment.told}"
    )
    output.say(f"  {order.payer} pays {payment.asked} by {order.method} for {order.target}")
    output.say(f"  came {payment.came}, credited {payment.credited}")
    if payment.returning.units or payment.returned.units:
        output.say(f"  went back {payment.returned}, is on its way back {payment.returning}")
    if payment.link:
        output.say(f"  {payment.link}, until {payment.expires_at:%Y-%m-%d %H:%M:%S} UTC")


def _row(arrival: Arrival) -> tuple[str, ...]:
    return (
        f"{arrival.inflow.at:%Y-%m-%d %H:%M:%S}",
        str(arrival.inflow.amount),
        arrival.case,
        str(arrival.credited),
        str(arrival.held),
        arrival.inflow.key,
        arrival.why_held,
    )

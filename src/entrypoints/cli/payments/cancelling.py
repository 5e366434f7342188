"""Call a payment off of which nothing has come; what comes all the same is not lost."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.payments import CancelPayment, PaymentId
from ...wiring.plain_payments import PlainPayment
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "payments cancel"
HELP: Final = "call a payment off"


def arguments(parser: ArgumentParser) -> None:
    """Which, and why."""
    parser.add_argument("id", metavar="ID", help="the id of the payment")
    parser.add_argument("--why", metavar="TEXT", default="", help="why; it is kept")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Call it off."""
    id = PaymentId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        call_off = await house.get(CancelPayment)
        payment = await call_off(id, caller(arguments), arguments.why)
    output.document(PlainPayment.of(payment))
    output.say(f"payment {payment.id} is {payment.state}")
    return Exit.DONE

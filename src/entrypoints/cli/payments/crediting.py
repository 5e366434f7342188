"""Give what was held to whoever was asked for it, at the rate of that payment.

Money in another asset than was asked for has no rate, and money of no payment has nobody who was
asked: `altyn payments give` gives such to somebody, as it came."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import Arrivals, CreditHeld, Payments
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from . import deciding

NAME: Final = "payments credit"
HELP: Final = "give what was held to whoever was asked"


def arguments(parser: ArgumentParser) -> None:
    """Which money, and who decides."""
    deciding.arguments(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Credit it."""
    method, key = arguments.method, arguments.key
    async with session(settings_of(arguments)) as house:
        arrival = await (await house.get(Arrivals)).get(method, key)
        await (await house.get(CreditHeld))(method, key, caller(arguments))
        assert arrival.payment is not None  # noqa: S101 (or there had been nobody to credit)
        payment = await (await house.get(Payments)).get(arrival.payment)
    deciding.tell(arguments, arrival.held, payment.order.target, output)
    return Exit.DONE

"""What is under way of everybody's payments, the oldest first.

Something is still to come for them, is in doubt, or goes back. What somebody paid is shown by
`altyn payments history`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.payments import (
    UNDER_WAY,
    Payment,
    PaymentId,
    Payments,
    PaymentsUnderWay,
    State,
)
from ...wiring.plain_payments import PlainPayment
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from ..under_way import age, narrowed, show
from ..usage import whole
from .drawer import LIMIT, LIMIT_MAX

NAME: Final = "payments list"
HELP: Final = "show the payments that are under way"

COLUMNS: Final = (
    Column("When (UTC)"),
    Column("Payer"),
    Column("Asked", right=True),
    Column("Came", right=True),
    Column("State"),
    Column("Method"),
    Column("Told", shrinks=True),
    Column("Payment"),
)


def arguments(parser: ArgumentParser) -> None:
    """Which, and how many."""
    narrowed(parser, UNDER_WAY)
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1, LIMIT_MAX),
        default=LIMIT,
        help=f"so many, {LIMIT_MAX} at most (default {LIMIT})",
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        after = None
        if arguments.after is not None:
            last = await (await house.get(Payments)).get(PaymentId(parse_id(arguments.after)))
            after = last.created_at, last.id
        found = await (await house.get(PaymentsUnderWay))(
            caller(arguments),
            arguments.limit + 1,
            after,
            state=None if arguments.state is None else State(arguments.state),
            age=age(arguments),
        )
    shown = found[: arguments.limit]
    following = str(shown[-1].id) if len(found) > arguments.limit else None
    plain = [PlainPayment.of(one) for one in shown]
    show(output, "payment", plain, COLUMNS, list(map(_row, shown)), following)
    return Exit.DONE


def _row(payment: Payment) -> tuple[str, ...]:
    return (
        f"{payment.created_at:%Y-%m-%d %H:%M:%S}",
        payment.order.payer,
        str(payment.asked),
        str(payment.came),
        payment.state,
        payment.order.method,
        payment.told,
        str(payment.id),
    )

"""What decisions about money that came take and tell."""

from argparse import ArgumentParser, Namespace

from ....core.balances import AccountName
from ....core.money import Money
from ...wiring.plain import Amount
from ..calling import name
from ..output import Output


def arguments(parser: ArgumentParser) -> None:
    """Which money, and who decides."""
    what_came(parser)
    somebody(parser)


def what_came(parser: ArgumentParser) -> None:
    """Which money."""
    parser.add_argument("method", metavar="METHOD", help="by which it came, like heleket")
    parser.add_argument("key", metavar="KEY", help="under which, as `altyn payments held` shows it")


def which_notice(parser: ArgumentParser) -> None:
    """Which notice."""
    parser.add_argument("method", metavar="METHOD", help="whose provider told us, like heleket")
    parser.add_argument("key", metavar="KEY", help="as `altyn payments notices` shows it")


def somebody(parser: ArgumentParser) -> None:
    """Who decides."""
    parser.add_argument(
        "--by", metavar="NAME", type=name, required=True, help="who decides; it is kept"
    )


def tell(arguments: Namespace, amount: Money, to: AccountName, output: Output) -> None:
    """Say where it went."""
    output.document(
        {
            "method": arguments.method,
            "key": arguments.key,
            "amount": Amount.of(amount),
            "to": to,
            "by": arguments.by,
        }
    )
    output.say(f"{amount} went to {to}")

"""Say what became of a cheque that was left in doubt, after having looked for it outside.

With --paid all of its bills were paid. With --not-paid none was and none ever will be, which
nobody can know while it can still be carried out. A message may be carried out and leave out some
of what it should send: with --paid-bill only the bills named so were paid, numbered from 1 in the
order in which `altyn purchases cheques` shows them."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final

from ....core.identifiers import parse_id
from ....core.wallets import Cheque, ChequeId, Cheques, DecideCheque, NotItsBills
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of
from ..usage import whole

NAME: Final = "purchases cheque"
HELP: Final = "say what became of a cheque in doubt"

BILLS_MAX: Final = 255


def arguments(parser: ArgumentParser) -> None:
    """Which, what became of it, and who saw it."""
    parser.add_argument("id", metavar="CHEQUE", help="the id of the cheque")
    seen = parser.add_mutually_exclusive_group(required=True)
    seen.add_argument("--paid", action="store_true", help="all of its bills were paid")
    seen.add_argument("--not-paid", action="store_true", help="none was, and none will be")
    seen.add_argument(
        "--paid-bill",
        metavar="N",
        type=whole(1, BILLS_MAX),
        action="append",
        help="only this one was, and whichever others are named so",
    )
    parser.add_argument(
        "--proof", metavar="TEXT", default="", help="what was seen, like the hash of a transaction"
    )
    somebody(parser)


def paid_of(arguments: Namespace, cheque: Cheque) -> list[bool]:
    """
    Of each of its bills whether it was paid.

    Raises:
        NotItsBills: it has no bill of that number.
    """
    named: Sequence[int] = arguments.paid_bill or ()
    bills = len(cheque.outlays)
    if named and max(named) > bills:
        raise NotItsBills(cheque.id, bills, max(named))
    return [arguments.paid or number in named for number in range(1, bills + 1)]


async def run(arguments: Namespace, output: Output) -> int:
    """Keep what was seen."""
    id = ChequeId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        cheque = await (await house.get(Cheques)).get(id)
        paid = paid_of(arguments, cheque)
        cheque = await (await house.get(DecideCheque))(id, caller(arguments), paid, arguments.proof)
    output.document({"id": str(id), "state": cheque.state, "by": arguments.by})
    output.say(f"cheque {id} is {cheque.state}")
    return Exit.DONE

"""Say what became of a cheque that was left in doubt, after having looked for it outside.

With --paid all of its bills were paid. With --not-paid none was and none ever will be, which
nobody can know while it can still be carried out."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.wallets import ChequeId, Cheques, DecideCheque
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..payments.deciding import somebody
from ..session import session, settings_of

NAME: Final = "purchases cheque"
HELP: Final = "say what became of a cheque in doubt"


def arguments(parser: ArgumentParser) -> None:
    """Which, what became of it, and who saw it."""
    parser.add_argument("id", metavar="CHEQUE", help="the id of the cheque")
    seen = parser.add_mutually_exclusive_group(required=True)
    seen.add_argument("--paid", action="store_true", help="all of its bills were paid")
    seen.add_argument("--not-paid", action="store_true", help="none was, and none will be")
    parser.add_argument(
        "--proof", metavar="TEXT", default="", help="what was seen, like the hash of a transaction"
    )
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Keep what was seen."""
    id = ChequeId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        cheque = await (await house.get(Cheques)).get(id)
        paid = [bool(arguments.paid)] * len(cheque.outlays)
        cheque = await (await house.get(DecideCheque))(id, caller(arguments), paid, arguments.proof)
    output.document({"id": str(id), "state": cheque.state, "by": arguments.by})
    output.say(f"cheque {id} is {cheque.state}")
    return Exit.DONE

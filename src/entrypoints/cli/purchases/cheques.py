"""Show the cheques of which it is not known what became, with everything they pay.

Look for each by its hash outside, then `altyn purchases cheque`. Until that is done its wallet
pays nothing else."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.wallets import Cheque, Cheques, Outlay, Outlays
from ...wiring.plain_purchases import PlainCheque
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from .listing import how_many

NAME: Final = "purchases cheques"
HELP: Final = "show cheques that wait for a person"

COLUMNS: Final = (
    Column("Signed (UTC)"),
    Column("Wallet"),
    Column("No.", right=True),
    Column("Pays", shrinks=True),
    Column("Hash"),
    Column("Told", shrinks=True),
    Column("Cheque"),
)


def arguments(parser: ArgumentParser) -> None:
    """How many."""
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Cheques)).waiting(arguments.limit)
        outlays = await house.get(Outlays)
        pays = [tuple([await outlays.get(one) for one in each.outlays]) for each in found]
    both = list(zip(found, pays, strict=True))
    output.document({"cheques": [PlainCheque.of(cheque, its) for cheque, its in both]})
    if both:
        output.table(COLUMNS, [_row(cheque, its) for cheque, its in both])
    else:
        output.say("no cheque waits for a person")
    return Exit.DONE


def _row(cheque: Cheque, pays: tuple[Outlay, ...]) -> tuple[str, ...]:
    return (
        f"{cheque.signed_at:%Y-%m-%d %H:%M:%S}",
        cheque.wallet,
        str(cheque.number),
        ", ".join(str(each.amount) for each in pays),
        cheque.draft.hash,
        cheque.told,
        str(cheque.id),
    )

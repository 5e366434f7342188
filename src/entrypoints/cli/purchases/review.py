"""Show the purchases about which a person has to decide, the oldest first.

They were paid, and nobody outside says whether they were delivered: look there, then
`altyn purchases resolve`. Cheques of which it is not known what became are shown by
`altyn purchases cheques`."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.purchases import Purchases
from ...wiring.plain_purchases import PlainPurchase
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .listing import COLUMNS, how_many, row

NAME: Final = "purchases review"
HELP: Final = "show purchases that wait for a person"


def arguments(parser: ArgumentParser) -> None:
    """How many."""
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(Purchases)).in_review(arguments.limit + 1)
    shown, more = found[: arguments.limit], len(found) > arguments.limit
    output.document({"purchases": [PlainPurchase.of(one) for one in shown], "more": more})
    if shown:
        output.table(COLUMNS, list(map(row, shown)))
    else:
        output.say("no purchase waits for a person")
    if more:
        output.say("there are more; these come first")
    return Exit.DONE

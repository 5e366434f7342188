"""List broadcasts, the newest first, drafts that are written in the bot among them."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.broadcasts import Broadcasts
from ...wiring.plain_broadcasts import PlainBroadcast
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from ..table import Column
from .showing import COLUMNS, row

NAME: Final = "broadcasts list"
HELP: Final = "list broadcasts"


def arguments(parser: ArgumentParser) -> None:
    """How many."""
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """List them."""
    async with session(settings_of(arguments)) as house:
        broadcasts: Broadcasts = await house.get(Broadcasts)
        found = await broadcasts.newest(arguments.limit)
    output.document({"broadcasts": [PlainBroadcast.of(each) for each in found]})
    if found:
        columns = (*COLUMNS, Column("Broadcast"))
        output.table(columns, [(*row(each), str(each.id)) for each in found])
    else:
        output.say("there is no broadcast")
    return Exit.DONE

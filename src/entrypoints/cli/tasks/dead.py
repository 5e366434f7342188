"""Show the tasks that were given up, the oldest first, and why.

`altyn tasks replay` has them tried again."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.tasks import TaskState
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from .listing import of_kind
from .showing import shown

NAME: Final = "tasks dead"
HELP: Final = "show the tasks that were given up"


def arguments(parser: ArgumentParser) -> None:
    """Which, and how many of them."""
    of_kind(parser)
    how_many(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        kind, limit = arguments.kind, arguments.limit
        if not await shown(house, output, TaskState.DEAD, kind, limit):
            output.say("no task was given up")
    return Exit.DONE

"""Show what the worker has to do, in the order in which it is due.

The moment of a task is when it is due, when the lease on it ends, or when it ended."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.tasks import TaskState
from ..exits import Exit
from ..output import Output
from ..purchases.listing import how_many
from ..session import session, settings_of
from .showing import shown

NAME: Final = "tasks list"
HELP: Final = "show what the worker has to do"


def arguments(parser: ArgumentParser) -> None:
    """Which, and how many of them."""
    parser.add_argument(
        "--state",
        choices=[each.value for each in TaskState],
        default=TaskState.WAITING.value,
        help="those in this state (default waiting)",
    )
    of_kind(parser)
    how_many(parser)


def of_kind(parser: ArgumentParser) -> None:
    """Of one kind, or of all."""
    parser.add_argument("--kind", metavar="KIND", help="only those of this kind")


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    state = TaskState(arguments.state)
    async with session(settings_of(arguments)) as house:
        if not await shown(house, output, state, arguments.kind, arguments.limit):
            output.say(f"no task is {state}")
    return Exit.DONE

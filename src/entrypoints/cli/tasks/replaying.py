"""Have tasks that were given up tried again, at once, as if they never had been."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identifiers import parse_id
from ....core.identity import RetryByHand
from ....core.tasks import TaskId
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "tasks replay"
HELP: Final = "have a task that was given up tried again"


def arguments(parser: ArgumentParser) -> None:
    """Which of them."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="as `altyn tasks dead` shows it")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Each in turn; the first that cannot be replayed ends it."""
    ids = [TaskId(parse_id(each)) for each in arguments.ids]
    async with session(settings_of(arguments)) as house:
        retry = await house.get(RetryByHand)
        for id in ids:
            await retry.task(id, caller(arguments))
            output.say(f"task {id} is tried again")
    output.document({"replayed": [str(id) for id in ids]})
    return Exit.DONE

"""Have an event that is stuck passed on after all: `altyn up` tries it again."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.events import EventId
from ....core.identifiers import parse_id
from ....core.identity import RetryByHand
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "events retry"
HELP: Final = "have an event that is stuck passed on after all"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("id", metavar="ID", help="the id of the event")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Have it tried."""
    id = EventId(parse_id(arguments.id))
    async with session(settings_of(arguments)) as house:
        await (await house.get(RetryByHand)).event(id, caller(arguments))
    output.document({"event": str(id)})
    output.say(f"event {id} is passed on again")
    return Exit.DONE

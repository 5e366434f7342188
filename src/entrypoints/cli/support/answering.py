"""Answer what somebody asked: the bot tells them, in a message of its own."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.support import AnswerTicket
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .which import tell, which

NAME: Final = "support answer"
HELP: Final = "answer what somebody asked"


def arguments(parser: ArgumentParser) -> None:
    """Which, and what is said."""
    which(parser)
    parser.add_argument("words", metavar="WORDS", help="what they are told, to the letter")


async def run(arguments: Namespace, output: Output) -> int:
    """Answer it."""
    async with session(settings_of(arguments)) as house:
        answer = await house.get(AnswerTicket)
        ticket = await answer(caller(arguments), arguments.number, arguments.words)
    tell(ticket, output)
    return Exit.DONE

"""Show one ticket: who asks, what, about what, and what we said."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.support import ReadTickets
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .which import tell, which

NAME: Final = "support show"
HELP: Final = "show one ticket"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it."""
    async with session(settings_of(arguments)) as house:
        ticket = await (await house.get(ReadTickets)).one(caller(arguments), arguments.number)
    tell(ticket, output)
    return Exit.DONE

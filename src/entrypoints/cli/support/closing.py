"""Close a ticket: nothing more is to be said. Whoever asked is told nothing."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.support import CloseTicket
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .which import tell, which

NAME: Final = "support close"
HELP: Final = "close a ticket"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    which(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Close it."""
    async with session(settings_of(arguments)) as house:
        close = await house.get(CloseTicket)
        ticket = await close(caller(arguments), arguments.number)
    tell(ticket, output)
    return Exit.DONE

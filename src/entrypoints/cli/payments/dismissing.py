"""Let a notice rest that reading could not resolve: nothing is booked, and it stays as it came.

For one that was sent to try us out, or whose money is in the books in another way."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import DecideNotice
from ...wiring.plain_payments import PlainNotice
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .deciding import somebody, which_notice

NAME: Final = "payments dismiss"
HELP: Final = "let a notice rest that a person has looked at"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who decides."""
    which_notice(parser)
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it rest."""
    method, key = arguments.method, arguments.key
    async with session(settings_of(arguments)) as house:
        notice = await (await house.get(DecideNotice)).set_aside(method, key, caller(arguments))
    output.document(PlainNotice.of(notice))
    output.say(f"notice {key} of {method} waits no more")
    return Exit.DONE

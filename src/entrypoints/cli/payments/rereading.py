"""Have a notice read once more that reading could not resolve; `altyn up` reads it.

For when the provider has been asked and shows by now what he told."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.payments import DecideNotice
from ...wiring.plain_payments import PlainNotice
from ..calling import caller
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .deciding import somebody, which_notice

NAME: Final = "payments reread"
HELP: Final = "have a notice read once more"


def arguments(parser: ArgumentParser) -> None:
    """Which, and who decides."""
    which_notice(parser)
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Let it wait again."""
    method, key = arguments.method, arguments.key
    async with session(settings_of(arguments)) as house:
        notice = await (await house.get(DecideNotice)).again(method, key, caller(arguments))
    output.document(PlainNotice.of(notice))
    output.say(f"notice {key} of {method} is read again")
    return Exit.DONE

"""Take the second factor of somebody away who lost both their phone and their codes on paper.

Make sure that it is them who ask: afterwards whoever signs in as them can set up a new one."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import ResetSecondFactor
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .whose import somebody, user_of

NAME: Final = "sessions reset"
HELP: Final = "take a lost second factor away"


def arguments(parser: ArgumentParser) -> None:
    """Whose."""
    somebody(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Take it away."""
    user = user_of(arguments.user)
    async with session(settings_of(arguments)) as house:
        await (await house.get(ResetSecondFactor))(caller(arguments), user)
    output.document({"user": user, "second_factor": None})
    output.say(f"user {user} has no second factor any more, and can set up a new one")
    return Exit.DONE

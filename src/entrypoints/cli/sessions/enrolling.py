"""Give somebody their second factor, without which they move no money in the bot or the app.

What is printed is shown once: put the secret into an app on their phone, and the codes on paper.
It counts from the first code on that they show. Make sure that nobody else reads along."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import HandOutSecondFactor
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .whose import somebody, user_of

NAME: Final = "sessions enrol"
HELP: Final = "give somebody a second factor"


def arguments(parser: ArgumentParser) -> None:
    """Whom."""
    somebody(parser)
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show it, once."""
    user = user_of(arguments.user)
    async with session(settings_of(arguments)) as house:
        told = await (await house.get(HandOutSecondFactor))(caller(arguments), user)
    recovery = list(told.recovery)
    output.document({"user": user, "secret": told.secret, "uri": told.uri, "recovery": recovery})
    output.say(f"for an app of user {user}, as a link or by hand:")
    output.say(f"  {told.uri}")
    output.say(f"  {told.secret}")
    output.say("on paper, each for one time:")
    for each in recovery:
        output.say(f"  {each}")
    return Exit.DONE

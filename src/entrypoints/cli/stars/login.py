"""Sign in to the account of Telegram that pays in Stars, and seal its session.

It asks for the number of the account, the code that Telegram sends to it, and its password if it
has one; neither code nor password is shown. Nothing else ever asks: what runs unattended uses the
session, and says so when it does not open Telegram any more."""

import sys
from argparse import ArgumentParser, Namespace
from getpass import getpass
from typing import Final

from attrs import frozen

from ...wiring import SettingMissing
from ...wiring.extras import with_stars
from ..exits import Exit
from ..output import Output
from ..session import settings_of
from ..usage import WrongUsage

NAME: Final = "stars login"
HELP: Final = "sign in to the account that pays in Stars"
YES: Final = frozenset({"y", "yes"})


def arguments(parser: ArgumentParser) -> None:
    """It takes none: it asks."""


async def run(arguments: Namespace, output: Output) -> int:
    """Ask, sign in, and seal what comes of it."""
    stars = settings_of(arguments).stars
    if not stars.enabled:
        raise SettingMissing("ALTYN_STARS_API_ID", "Telegram knows no program without it")
    if not sys.stdin.isatty():
        raise WrongUsage(f"altyn {NAME}", "it asks a person, so it needs a terminal")
    with with_stars("ALTYN_STARS_API_ID", "an account of Telegram needs"):
        from ...wiring.account import log_in
    person = AtTheTerminal(output)
    if stars.session.exists() and not person.agrees(f"{stars.session} is there; replace it?"):
        output.note("nothing was changed")
        return Exit.WRONG
    shown = await log_in(stars, person)
    output.document({"account": shown, "session": str(stars.session)})
    output.say(f"signed in as {shown}; the session is sealed in {stars.session}")
    return Exit.DONE


@frozen
class AtTheTerminal:
    """Whoever sits there; questions go to stderr, so that stdout has the answer alone."""

    output: Output

    def agrees(self, question: str) -> bool:
        """Whether it is a yes; anything else is a no."""
        return self._said(f"{question} [y/N] ").lower() in YES

    def phone(self) -> str:
        """As whoever signs in says it."""
        return self._asked("number of the account, with + and its country: ")

    def code(self) -> str:
        """Not shown."""
        return self._asked("code that Telegram has just sent: ", hidden=True).strip()

    def password(self) -> str:
        """Not shown."""
        return self._asked("password of the account: ", hidden=True)

    def _asked(self, question: str, *, hidden: bool = False) -> str:
        while True:
            said = getpass(question, sys.stderr) if hidden else self._said(question)
            if said.strip():
                return said

    def _said(self, question: str) -> str:
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            raise WrongUsage(f"altyn {NAME}", "nobody answers")
        return line.strip()

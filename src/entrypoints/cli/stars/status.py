"""Ask Telegram whether the account that pays in Stars is signed in, and what it has."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ...wiring import SettingMissing
from ...wiring.extras import with_stars
from ...wiring.plain import Amount
from ..exits import Exit
from ..output import Output
from ..session import settings_of

NAME: Final = "stars status"
HELP: Final = "show what the account that pays in Stars has"


def arguments(parser: ArgumentParser) -> None:
    """It takes none."""


async def run(arguments: Namespace, output: Output) -> int:
    """Ask."""
    settings = settings_of(arguments)
    if not settings.stars.enabled:
        raise SettingMissing("ALTYN_STARS_API_ID", "Telegram knows no program without it")
    with with_stars("ALTYN_STARS_API_ID", "an account of Telegram needs"):
        from ...wiring.account import stars_of
    balance = await stars_of(settings)
    output.document({"session": str(settings.stars.session), "balance": Amount.of(balance)})
    output.say(f"the account of {settings.stars.session} has {balance}")
    return Exit.DONE

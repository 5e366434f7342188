"""How a key that was just made is shown: this once."""

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Final

from attrs import asdict

from ....core.clock import Clock
from ....core.identity import MadeKey
from ...wiring.plain_access import PlainKey
from ..output import Output
from ..session import Session

DAYS: Final = 365


def term(parser: ArgumentParser) -> None:
    """How long it is good."""
    parser.add_argument(
        "--days",
        metavar="N",
        type=int,
        default=DAYS,
        help=f"the new key is good for so many; {DAYS} if nothing is said, 0: for good",
    )


async def end_of(days: int, house: Session) -> datetime | None:
    """When so many are over; None when they never are."""
    return (await house.get(Clock)).now() + timedelta(days=days) if days else None


def told(made: MadeKey, output: Output) -> None:
    """The key and its text."""
    text = made.token.reveal()
    output.document({**asdict(PlainKey.of(made.key)), "secret": text})
    output.say(text)
    ends = made.key.expires_at
    until = f"until {ends:%Y-%m-%d %H:%M} UTC" if ends else "until it is revoked"
    output.say(f"  It is called {made.key.public} and opens: {', '.join(sorted(made.key.scopes))},")
    output.say(f"  {until}. It is not shown again: we keep only a digest of it.")

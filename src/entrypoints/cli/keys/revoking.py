"""Take a key away: within five seconds no API of this database lets anybody in with it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import RevokeKey
from ...wiring.plain_access import PlainKey
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of

NAME: Final = "keys revoke"
HELP: Final = "take a key away"


def arguments(parser: ArgumentParser) -> None:
    """Which."""
    parser.add_argument("key", metavar="KEY", help="what it is called")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Take it away."""
    async with session(settings_of(arguments)) as house:
        key = await (await house.get(RevokeKey))(caller(arguments), arguments.key)
    output.document(PlainKey.of(key))
    output.say(f"{key.public} ({key.name}) opens nothing since {key.revoked_at:%Y-%m-%d %H:%M} UTC")
    return Exit.DONE

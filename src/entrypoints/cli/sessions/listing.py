"""Show where somebody is signed in, newest first."""

from argparse import ArgumentParser, Namespace
from typing import Final

from ....core.identity import Caller, ListSessions, Session
from ...wiring.plain_access import PlainSession
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column
from .whose import somebody, user_of

NAME: Final = "sessions list"
HELP: Final = "show where somebody is signed in"

COLUMNS: Final = (
    Column("Session"),
    Column("Since (UTC)"),
    Column("Last seen (UTC)"),
    Column("Until (UTC)"),
    Column("Device", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Whose."""
    somebody(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    user = user_of(arguments.user)
    async with session(settings_of(arguments)) as house:
        found = await (await house.get(ListSessions))(Caller.local(), user)
    output.document({"sessions": [PlainSession.of(each) for each in found]})
    if found:
        output.table(COLUMNS, list(map(_row, found)))
    else:
        output.say(f"user {user} is signed in nowhere")
    return Exit.DONE


def _row(found: Session) -> tuple[str, ...]:
    moments = (found.began_at, found.seen_at, found.expires_at)
    return (str(found.id), *(f"{each:%Y-%m-%d %H:%M}" for each in moments), found.device)

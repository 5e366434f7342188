"""Show the keys of programs, newest first: what they open, and when they were last used."""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Final

from ....core.clock import Clock
from ....core.identity import ApiKey, ListKeys
from ...wiring.plain_access import PlainKey
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from ..table import Column

NAME: Final = "keys list"
HELP: Final = "show the keys of programs"

COLUMNS: Final = (
    Column("Key"),
    Column("For", shrinks=True),
    Column("State"),
    Column("Until (UTC)"),
    Column("Last used (UTC)"),
    Column("Opens", shrinks=True),
)


def arguments(parser: ArgumentParser) -> None:
    """Who asks."""
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Show them."""
    async with session(settings_of(arguments)) as house:
        keys = await (await house.get(ListKeys))(caller(arguments))
        now = (await house.get(Clock)).now()
    output.document({"keys": [PlainKey.of(each) for each in keys]})
    if keys:
        output.table(COLUMNS, [_row(each, now) for each in keys])
    else:
        output.say("no key was ever made: altyn keys add NAME SCOPE …")
    return Exit.DONE


def _row(key: ApiKey, now: datetime) -> tuple[str, ...]:
    state = "good" if key.is_good(now) else "revoked" if key.revoked_at else "expired"
    return (
        key.public,
        key.name,
        state,
        _minute(key.expires_at),
        _minute(key.used_at),
        ", ".join(sorted(key.scopes)),
    )


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""

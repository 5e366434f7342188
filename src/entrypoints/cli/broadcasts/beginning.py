"""Begin a broadcast: each of a segment gets the announcement, at most once, and `altyn up` sends.

What is said and to whom is a file in TOML; docs/howto/write_to_everybody.md has one. The same file
is sent once. With --count it is only said whom it would reach. With --watch every change is shown
until the broadcast has ended; Ctrl-C stops watching only."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from ....core.broadcasts import ComposeBroadcast, CountAudience, SteerBroadcast
from ..calling import caller, whoever
from ..exits import Exit
from ..output import Output
from ..session import session, settings_of
from .showing import told, watched
from .written import read_announcement

NAME: Final = "broadcasts begin"
HELP: Final = "write to everybody, or to many"


def arguments(parser: ArgumentParser) -> None:
    """What is said, and to whom."""
    parser.add_argument("file", metavar="FILE", help="what is said to whom, like news.toml")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--count", action="store_true", help="only say whom it would reach")
    how.add_argument("--watch", action="store_true", help="show every change until its end")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Begin it."""
    written, by = read_announcement(Path(arguments.file)), caller(arguments)
    async with session(settings_of(arguments)) as house:
        if arguments.count:
            found = await (await house.get(CountAudience))(by, written.segment)
            output.document(
                {
                    "to": written.segment.words,
                    "recipients": {str(each): many for each, many in found.items()},
                }
            )
            each = ", ".join(f"{many} in {language}" for language, many in sorted(found.items()))
            output.say(f"{sum(found.values())} would get it" + (f": {each}" if each else ""))
            return Exit.DONE
        compose = await house.get(ComposeBroadcast)
        await compose.draft(written.id, by, written.announcement, written.segment)
        await (await house.get(SteerBroadcast)).begin(written.id, by)
        await (watched if arguments.watch else told)(house, written.id, output)
    return Exit.DONE

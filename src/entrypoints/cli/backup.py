"""Copy all of the database into one file, while everybody goes on.

The copy is one moment of it: every law of the books is examined and the trail verified before the
file is there. It is there whole, or not at all; only its owner may read it. What is sealed in the
database is sealed in the backup, and no key is in it: keep settings and secrets elsewhere."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from ...core.safekeeping import BackUp
from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import session, settings_of

NAME: Final = "backup"


def arguments(parser: ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a file that is not there yet")
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Take it."""
    async with session(settings_of(arguments)) as house, output.progress("backing up"):
        manifest = await (await house.get(BackUp))(caller(arguments), arguments.file)
    size = arguments.file.stat().st_size
    noted = f"{manifest.links}:{manifest.head}"
    output.document(
        {
            "file": str(arguments.file),
            "bytes": size,
            "made_at": manifest.made_at.isoformat(),
            "migration": manifest.migrations[-1][0],
            "noted": noted,
            "tables": {each.name: each.rows for each in manifest.parts if each.rows is not None},
        }
    )
    shown = f"{size:,}".replace(",", " ")
    output.say(f"{arguments.file}: {shown} bytes, proven")
    output.say(f"the trail in it ends with {noted}")
    return Exit.DONE

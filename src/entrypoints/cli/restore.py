"""Make the database what it was when a backup was taken.

The backup is proven whole before anything is touched, and the books in it before they count; the
database is as it was before or wholly restored, never in between. One that is not empty is only
replaced with --replace, and a backup of it is taken first. From then on no money goes out until
`altyn resume`: what was paid after the backup is not in these books."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from .calling import caller, whoever
from .exits import Exit
from .output import Output
from .session import settings_of

NAME: Final = "restore"

NEXT: Final = """\
The outside may be ahead of these books. No money goes out until you say so. Now:
  altyn check; altyn audit verify     the books agree with themselves
  altyn up, or altyn worker           what people pay is read again from the providers
  altyn reconcile --days N            compare each provider's list since the backup
  altyn purchases list                what is under way, and altyn purchases cheques: compare
                                      with your suppliers and wallets
  altyn resume                        then money goes out again"""


def arguments(parser: ArgumentParser) -> None:
    """From what, and over what."""
    parser.add_argument("file", metavar="FILE", type=Path, help="what `altyn backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="what is there may go, when a backup of it was taken"
    )
    whoever(parser)


async def run(arguments: Namespace, output: Output) -> int:
    """Restore it."""
    from ..wiring.safekeeping import restore  # dishka alone takes a quarter of a second

    settings = settings_of(arguments)
    async with output.progress("restoring"):
        restored = await restore(
            settings, caller(arguments), arguments.file, replace=arguments.replace
        )
    output.document(
        {
            "database": str(settings.database),
            "made_at": restored.made_at.isoformat(),
            "links": restored.links,
            "safety": None if restored.safety is None else str(restored.safety),
            "stands_still": True,
        }
    )
    output.say(f"{settings.database} is as it was at {restored.made_at:%Y-%m-%d %H:%M:%S} UTC")
    if restored.safety is not None:
        output.say(f"what was there before is in {restored.safety}")
    output.say(NEXT)
    return Exit.DONE

"""Create the database, or bring it to the shape that this version needs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final

from ...core.schema import Migration, Schema
from .exits import Exit
from .output import Output
from .session import Session, settings_of, unchecked

NAME: Final = "migrate"


def arguments(parser: ArgumentParser) -> None:
    """It takes none."""


async def run(arguments: Namespace, output: Output) -> int:
    """Migrate, and say what was applied."""
    settings = settings_of(arguments)
    async with unchecked(settings, create=True) as house:
        applied = await migrated(house, output)
    shapes = [{"number": each.number, "name": each.name} for each in applied]
    output.document({"database": str(settings.database), "applied": shapes})
    output.say(f"{settings.database} " + ("is up to date" if applied else "was up to date already"))
    return Exit.DONE


async def migrated(house: Session, output: Output) -> Sequence[Migration]:
    """Apply what is due, telling people of it."""
    async with output.progress("migrating"):
        applied = await (await house.get(Schema)).migrate()
    for each in applied:
        output.say(f"applied {each}")
    return applied

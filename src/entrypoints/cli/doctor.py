"""Find what is wrong with settings, database, clock and providers, and say what to do about it.

Whoever is enabled is asked what he tells only those whom he lets in; nothing is written anywhere.
Ends with 1 when something is wrong, else with 3 when something could not be seen."""

import os
from argparse import ArgumentParser, Namespace
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from ..wiring import SettingsError
from ..wiring.doctor import (
    Check,
    Finding,
    Grade,
    checks_of_house,
    checks_of_machine,
    checks_of_settings,
    checks_outside,
    examine,
)
from ..wiring.survey import survey
from .exits import Exit
from .output import Output
from .session import found_for, unchecked

NAME: Final = "doctor"

SIGNS: Final = {
    Grade.WELL: "ok",
    Grade.WARNING: "warning",
    Grade.UNKNOWN: "unknown",
    Grade.WRONG: "WRONG",
}
SIGN_WIDTH: Final = 8
CODE_WIDTH: Final = 22


def arguments(parser: ArgumentParser) -> None:
    """Whom to ask."""
    parser.add_argument("--here", action="store_true", help="ask nobody outside")


async def run(arguments: Namespace, output: Output) -> int:
    """Look, and say what was found."""
    found: list[Finding] = []
    async with AsyncExitStack() as opened:
        await opened.enter_async_context(output.progress("examining"))
        try:
            checks = await _checks(arguments, opened)
        except SettingsError as error:
            advice = "nothing starts before that is changed, and nothing else can be looked at"
            found.append(Finding("settings", Grade.WRONG, str(error), advice))
            output.say(line(found[0]))
            checks = []
        async for finding in examine(checks):
            found.append(finding)
            output.say(line(finding))
    grades = {each.grade for each in found}
    output.document({"well": Grade.WRONG not in grades, "findings": found})
    if Grade.WRONG in grades:
        return Exit.REFUSED
    return Exit.UNAVAILABLE if Grade.UNKNOWN in grades else Exit.DONE


async def _checks(arguments: Namespace, opened: AsyncExitStack) -> list[Check]:
    found = found_for(arguments)
    surveyed, folder = survey(found), Path.cwd()
    settings = surveyed.settings  # those about which something is wrong are left out
    config = getattr(arguments, "config", None)
    house = await opened.enter_async_context(unchecked(settings))
    checks = [
        *checks_of_settings(found, surveyed),
        *checks_of_machine(settings, os.environ, folder, Path(config) if config else None),
        *checks_of_house(house.container, settings),
    ]
    if not arguments.here:
        from ..wiring.doctor.outside import apart_from_the_books

        apart = await opened.enter_async_context(apart_from_the_books(settings))
        checks += checks_outside(apart, settings)
    return checks


def line(finding: Finding) -> str:
    """How people are told of it."""
    words = f"{SIGNS[finding.grade]:<{SIGN_WIDTH}} {finding.code:<{CODE_WIDTH}} {finding.words}"
    return f"{words}: {finding.advice}" if finding.advice else words

"""The reference pages name what exists: every error, setting, command, route and public name."""

import argparse
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from attrs import fields

import altyn
from altyn.adapters.sqlite import SqliteTooOld
from altyn.core import balances
from altyn.core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from altyn.entrypoints.api import app
from altyn.entrypoints.api.listening import CannotListen, PortTaken
from altyn.entrypoints.api.problems import status_of
from altyn.entrypoints.cli.program import STORIES
from altyn.entrypoints.cli.usage import WrongUsage
from altyn.entrypoints.wiring import SettingsError
from altyn.entrypoints.wiring.settings import READERS, VARIABLES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
FAMILIES = (Refused, Missing, Conflict, Unavailable)
NEVER_ON_A_WIRE = (SettingsError, WrongUsage, PortTaken, CannotListen, SqliteTooOld)


def page(name: str) -> str:
    """A page of the reference."""
    return (REFERENCE / name).read_text("utf-8")


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows of all tables of a page, without their heads."""
    cells = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in row) for row in cells]


def words_in_code(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


@cache
def everything_is_imported() -> None:
    """Import all of Altyn, so that every class is known to its parents."""
    for module in pkgutil.walk_packages(altyn.__path__, "altyn."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def kinds(family: type[AltynError]) -> Iterator[type[AltynError]]:
    """The errors of a family that are raised: those that no other error is a kind of."""
    for kind in family.__subclasses__():
        if kind.__module__.partition(".")[0] != "altyn":
            continue  # of another test
        yield from kinds(kind) if kind.__subclasses__() else (kind,)


def row_of(kind: type[AltynError]) -> tuple[str, ...]:
    """How the table of errors shows it."""
    facts = ", ".join(f"`{field.name}`" for field in fields(kind))  # type: ignore[arg-type]
    on_a_wire = not issubclass(kind, NEVER_ON_A_WIRE)
    status = str(int(status_of(kind.__new__(kind)))) if on_a_wire else "–"
    return f"`{kind.code}`", (kind.__doc__ or "").strip(), facts, status


def test_every_error_stands_in_the_table() -> None:
    """Code, meaning, facts and HTTP status are those of the code, under the right family."""
    everything_is_imported()
    _, *sections = page("errors.md").split("\n## ")
    assert len(sections) == len(FAMILIES)
    for family, section in zip(FAMILIES, sections, strict=True):
        assert section.startswith(family.__name__ + "\n")
        _, _, *told = rows(section)  # the head and the line below it
        assert told == [row_of(kind) for kind in sorted(kinds(family), key=lambda one: one.code)]


def test_every_setting_stands_in_the_table() -> None:
    """Variables and their names in the file, none too many."""
    told = [row for row in rows(page("settings.md")) if row[0].startswith("`ALTYN_")]
    assert {(row[0].strip("`"), row[1].strip("`")) for row in told} == set(VARIABLES.items())
    assert len(told) == len(READERS)


def test_every_command_stands_in_the_tables() -> None:
    """Commands and the options that are theirs alone, none too many."""
    told = rows(page("commands.md"))
    names = [row[0].strip("`").split()[1] for row in told if row[0].startswith("`altyn ")]
    assert sorted(names) == sorted(story.NAME for story in STORIES)
    options = {
        (row[0].strip("`"), row[1].strip("`").split()[0])
        for row in told
        if row[1].startswith("`--")
    }
    assert options == {(story.NAME, option) for story in STORIES for option in options_of(story)}


def options_of(story: Any) -> list[str]:
    """The long options that a command declares."""
    parser = argparse.ArgumentParser(add_help=False)
    story.arguments(parser)
    return [name for name in parser.format_help().split() if re.fullmatch(r"--[a-z]+", name)]


def test_every_route_stands_in_the_table() -> None:
    """Paths as the API describes them, and the description's own."""
    told = {
        row[0].strip("`").removeprefix("GET ")
        for row in rows(page("http.md"))
        if row[0].startswith("`GET ")
    }
    described = re.findall(r'"(/(?:health|v1)/[^"]*)":\{"get"', app._described().decode())
    assert told == {*described, "/docs/openapi.json"}


def test_every_public_name_is_explained() -> None:
    """Each name behind the door of the balances has its sentence."""
    assert set(balances.__all__) - words_in_code(page("library.md")) == set()


def test_every_guard_that_is_named_stands_in_the_migrations() -> None:
    """The table of laws names constraints, triggers and indexes as the databases do."""
    told = [
        row
        for row in rows((ROOT / "docs/explanation/money.md").read_text("utf-8"))
        if len(row) == 5
    ]
    for column, technology in ((2, "postgres"), (3, "sqlite")):
        files = (ROOT / "src" / "adapters" / technology / "migrations").glob("*.sql")
        sql = "\n".join(file.read_text("utf-8") for file in files)
        named = {name for row in told for name in words_in_code(row[column]) if "_" in name}
        assert len(named) > 15
        known = [*re.findall(r"\w+", sql), "transfer_pkey"]  # PostgreSQL names that one itself
        assert {name for name in named if not any(map(like(name).fullmatch, known))} == set()


def like(name: str) -> re.Pattern[str]:
    """A name that may leave out its beginning or its end."""
    return re.compile(re.escape(name).replace("…", r"\w+"))

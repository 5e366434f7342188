"""The reference pages name what exists: every error, setting, command, route and public name."""

import argparse
import gc
import importlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import fields

import altyn
from altyn.adapters import (
    fragment,
    heleket,
    http,
    memory,
    postgres,
    prometheus,
    psp,
    redis,
    sodium,
    sqlite,
    stars,
    stickerdom,
    structlog,
    system,
    telegram,
    ton,
    webhooks,
)
from altyn.adapters.sqlite import SqliteTooOld
from altyn.core import (
    balances,
    chats,
    identity,
    leases,
    limits,
    notifications,
    payments,
    purchases,
    resilience,
    support,
    tasks,
    wallets,
)
from altyn.core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from altyn.entrypoints import sandbox, testkit
from altyn.entrypoints.api import app
from altyn.entrypoints.api.listening import CannotListen, PortTaken
from altyn.entrypoints.api.problems import status_of
from altyn.entrypoints.cli.commands import COMMANDS
from altyn.entrypoints.cli.usage import WrongUsage
from altyn.entrypoints.sandbox.keeping import WorldUnreadable
from altyn.entrypoints.sandbox.shop import ShopWillNotStart
from altyn.entrypoints.wiring import SettingsError
from altyn.entrypoints.wiring.settings import READERS, VARIABLES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
FAMILIES = (Refused, Missing, Conflict, Unavailable)
CONTEXTS = (
    balances,
    chats,
    limits,
    resilience,
    identity,
    payments,
    wallets,
    purchases,
    support,
    notifications,
    tasks,
    leases,
)
ADAPTERS = (
    fragment,
    heleket,
    http,
    memory,
    postgres,
    prometheus,
    psp,
    redis,
    sodium,
    sqlite,
    stars,
    stickerdom,
    structlog,
    system,
    telegram,
    ton,
    webhooks,
)
STORIES = [story for command in COMMANDS.values() for story in command.stories]
DOORS = (*CONTEXTS, *ADAPTERS, sandbox, testkit)
NEVER_ON_A_WIRE = (
    SettingsError,
    WrongUsage,
    PortTaken,
    CannotListen,
    SqliteTooOld,
    WorldUnreadable,
    ShopWillNotStart,
)


def page(name: str) -> str:
    """A page of the reference."""
    return (REFERENCE / name).read_text("utf-8")


def explanation(name: str) -> str:
    """A page that explains."""
    return (ROOT / "docs" / "explanation" / name).read_text("utf-8")


def migrations(technology: str) -> list[Path]:
    """The files that change a database of that kind, in their order."""
    return sorted((ROOT / "src" / "adapters" / technology / "migrations").glob("*.sql"))


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
    gc.collect()  # attrs makes a class with slots anew; the first draft is garbage


def kinds(family: type[AltynError]) -> Iterator[type[AltynError]]:
    """The errors of a family that callers see; an error whose name says Error is a family too."""
    for kind in family.__subclasses__():
        if kind.__module__.partition(".")[0] != "altyn" or kind.__name__.startswith("_"):
            continue  # of another test, or never leaves its module
        if not kind.__name__.endswith("Error"):
            yield kind
        yield from kinds(kind)


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
    names = [found[1] for row in told if (found := re.match(r"`altyn ([a-z]+( [a-z]+)?)", row[0]))]
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
    return [name for name in parser.format_help().split() if re.fullmatch(r"--[a-z-]+[a-z]", name)]


def test_every_route_stands_in_the_table() -> None:
    """Paths as the API describes them, and the description's own."""
    told = {row[0].strip("`") for row in rows(page("http.md")) if re.match("`[A-Z]+ /", row[0])}
    paths = json.loads(app._described())["paths"]
    described = {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs}
    assert told == described | {"GET /docs", "GET /docs/openapi.json"}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_every_public_name_is_explained(door: ModuleType) -> None:
    """Each name that a door lets out has its place in the section about it."""
    about = f"`{door.__name__}`"
    sections = [part for part in page("library.md").split("\n## ") if about in part]
    assert set(door.__all__) - words_in_code("\n".join(sections)) == set()


@pytest.mark.parametrize("door", CONTEXTS, ids=lambda door: door.__name__)
def test_no_name_is_explained_that_is_not_there(door: ModuleType) -> None:
    """The first column of a context's section has the names of its door, each once."""
    _, section = page("library.md").split(f"\n## `{door.__name__}`\n")
    names = re.findall(r"`(\w+)`", "\n".join(row[0] for row in rows(section.split("\n## ")[0])))
    assert sorted(names) == sorted(set(names) & set(door.__all__))


def section(text: str, title: str) -> str:
    """What stands under that heading, up to the next."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    ("about", "title", "states", "moves"),
    [
        ("payments.md", "States", payments.State, payments.MOVES),
        ("payments.md", "Giving back", payments.RefundState, payments.REFUND_MOVES),
        ("tasks.md", "A task", tasks.TaskState, tasks.TASK_MOVES),
    ],
)
def test_every_move_stands_in_the_table(
    about: str, title: str, states: Iterable[str], moves: Mapping[str, frozenset[str]]
) -> None:
    """The states of payments, refunds and tasks in order, and where each may go from there."""
    told = rows(section(explanation(about), title))
    told = [row for row in told if len(row) == 3 and row[0].startswith("`")]
    assert [row[0].strip("`") for row in told] == list(states)
    for state, _, after in told:
        assert words_in_code(after) == moves[state.strip("`")], state


def test_every_case_of_an_arrival_stands_in_the_table() -> None:
    """With what is done unless a rule says otherwise, and what else one may say."""
    cases = {f"`{case}`": case for case in payments.Case}
    told = rows(section(explanation("payments.md"), "A rule for each case"))
    told = [row for row in told if row[0] in cases]
    assert [row[0] for row in told] == list(cases)
    for name, _, treatment, others in told:
        first = treatment.partition(";")[0]
        assert first == payments.Rules().treatment(cases[name], "any"), name
        allowed = {each for each in payments.Treatment if allowed_in(cases[name], each)}
        assert {first, *others.split(", ")} - {"no"} == allowed, name


def allowed_in(case: payments.Case, treatment: payments.Treatment) -> bool:
    """Whether a house may treat it so."""
    try:
        payments.Rules({case: treatment})
    except ValueError:
        return False
    return True


def test_every_difference_stands_in_the_table() -> None:
    """What a tie-out may find."""
    told = rows(section(explanation("payments.md"), "The tie-out"))
    assert [row[0].strip("`") for row in told if row[0].startswith("`")] == list(payments.Kind)


def test_every_event_that_is_told_stands_in_the_table() -> None:
    """With the facts that others may know."""
    howto = (ROOT / "docs" / "howto" / "receive_webhooks.md").read_text("utf-8")
    told: dict[str, tuple[str, ...]] = {}
    for events, facts in rows(section(howto, "Events"))[2:]:
        told |= dict.fromkeys(
            re.findall(r"`([^`]+)`", events), tuple(re.findall(r"`([^`]+)`", facts))
        )
    assert told == notifications.PUBLIC


def test_every_breaker_stands_in_the_table() -> None:
    """Its name and its numbers."""
    told = [
        row
        for row in rows(explanation("resilience.md"))
        if row[0].strip("`") in resilience.DEPENDENCIES
    ]
    assert {name.strip("`"): tuple(map(float, numbers)) for name, *numbers in told} == {
        name: (policy.failures_min, policy.window_seconds, policy.open_seconds, policy.probes)
        for name, policy in resilience.DEPENDENCIES.items()
    }
    assert {policy.failure_rate for policy in resilience.DEPENDENCIES.values()} == {0.5}


@pytest.mark.parametrize("technology", ["postgres", "sqlite"])
def test_whoever_shows_migrations_shows_all_of_them(technology: str) -> None:
    """As `altyn up` and `altyn migrate` print them."""
    known = [file.stem.replace("_", " ", 1) for file in migrations(technology)]
    shown = [
        re.findall(r"^applied (\d{4} \w+)$", text, re.MULTILINE)
        for file in (ROOT / "README.md", *ROOT.glob("docs/*/*.md"))
        if "\napplied " in (text := file.read_text("utf-8"))
    ]
    assert len(shown) >= 2
    assert all(each == known for each in shown)


@pytest.mark.parametrize("technology", ["postgres", "sqlite"])
def test_every_guard_of_payments_that_is_named_stands_in_the_migrations(technology: str) -> None:
    """Under the same name in both databases."""
    sql = "\n".join(file.read_text("utf-8") for file in migrations(technology))
    named = re.findall(r"`((?:payment|arrival|notice|refund)_\w+)`", explanation("payments.md"))
    assert len(named) > 10
    assert set(named) <= set(re.findall(r"\w+", sql))


def test_every_guard_that_is_named_stands_in_the_migrations() -> None:
    """The table of laws names constraints, triggers and indexes as the databases do."""
    told = [row for row in rows(explanation("money.md")) if len(row) == 5]
    for column, technology in ((2, "postgres"), (3, "sqlite")):
        sql = "\n".join(file.read_text("utf-8") for file in migrations(technology))
        named = {name for row in told for name in words_in_code(row[column]) if "_" in name}
        assert len(named) > 15
        known = [*re.findall(r"\w+", sql), "transfer_pkey"]  # PostgreSQL names that one itself
        assert {name for name in named if not any(map(like(name).fullmatch, known))} == set()


def like(name: str) -> re.Pattern[str]:
    """A name that may leave out its beginning or its end."""
    return re.compile(re.escape(name).replace("…", r"\w+"))


def test_every_permission_stands_in_the_table_of_roles() -> None:
    """And who may is who may."""
    told = [row for row in rows(explanation("identity.md")) if row[0].startswith("`")]
    shown = {
        identity.Permission(name.strip("`")): {
            role for role, may in zip(identity.Role, cells, strict=True) if may == "yes"
        }
        for name, _, *cells in told
    }
    granted = {
        each: {role for role in identity.Role if each in identity.GRANTS[role]}
        for each in identity.Permission
    }
    assert shown == granted

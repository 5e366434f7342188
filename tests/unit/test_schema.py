"""Migrations are applied in order, once, and never by the wrong version."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from altyn.core.schema import (
    Applied,
    Migration,
    SchemaAhead,
    SchemaBehind,
    SchemaChanged,
    due,
    make_sure,
    migrations_in,
)

CARRIED = tuple(Migration(n, f"step {n}", f"SELECT {n};") for n in range(1, 8))


def applied(migrations: Sequence[Migration]) -> list[Applied]:
    """What a database remembers of them."""
    return [Applied(each.number, each.digest) for each in migrations]


def test_a_migration_is_known_by_its_contents() -> None:
    """One changed character is another migration; its name is only for people."""
    first = CARRIED[0]
    assert first.digest == sha256(b"SELECT 1;").hexdigest()
    assert evolve(first, sql="SELECT 1 ;").digest != first.digest
    assert evolve(first, name="other").digest == first.digest
    assert str(first) == "0001 step 1"


@given(st.sets(st.sampled_from(CARRIED)), st.randoms(use_true_random=False))
def test_what_is_not_applied_is_due(present: set[Migration], random: object) -> None:
    """In order, whatever was applied and in whatever order it is remembered."""
    remembered = applied(sorted(present, key=lambda each: each.sql, reverse=True))
    wanted = [each for each in CARRIED if each not in present]
    assert list(due("db", CARRIED, remembered)) == wanted
    if wanted:
        with pytest.raises(SchemaBehind) as said:
            make_sure("db", CARRIED, remembered)
        found = max((each.number for each in present), default=0)
        assert said.value.facts == {"where": "db", "found": found, "needed": 7}
    else:
        make_sure("db", CARRIED, remembered)


@pytest.mark.parametrize("check", [due, make_sure])
def test_a_newer_database_is_left_alone(check: type) -> None:
    """The lowest unknown migration is named, and nothing else is looked at."""
    newer = [Applied(9, "?"), Applied(8, "?"), *applied(CARRIED)]
    with pytest.raises(SchemaAhead) as said:
        check("db", CARRIED, newer)
    assert said.value.facts == {"where": "db", "found": 8, "known": 7}


@pytest.mark.parametrize("check", [due, make_sure])
def test_a_database_of_another_build_is_left_alone(check: type) -> None:
    """The first migration that differs is named, even when others are due."""
    other = [Applied(5, "other"), Applied(3, "other"), *applied(CARRIED[:2])]
    with pytest.raises(SchemaChanged) as said:
        check("db", CARRIED, other)
    assert said.value.facts == {"where": "db", "number": 3}


def test_migrations_are_the_numbered_files_of_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order of their numbers; other files are not migrations; text is UTF-8."""
    package = tmp_path / "altyn_test_migrations"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0010_later_on.sql").write_text("SELECT 'ы';", "utf-8")
    (package / "0002_holds.sql").write_text("SELECT 2;")
    (package / "0001_balances_and_more.sql").write_text("SELECT 1;")
    (package / "README.md").write_text("no migration")
    (package / "0003_draft.sql.orig").write_text("no migration")
    monkeypatch.syspath_prepend(tmp_path)
    assert migrations_in("altyn_test_migrations") == (
        Migration(1, "balances and more", "SELECT 1;"),
        Migration(2, "holds", "SELECT 2;"),
        Migration(10, "later on", "SELECT 'ы';"),
    )

"""People in SQLite pass the contract, and the file itself guards their laws."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.sqlite import SqliteSchema, SqliteStore, SqliteTrail, SqliteUsers, open_sqlite
from altyn.adapters.sqlite.schema import MIGRATIONS
from altyn.core.identity import Trail, Users
from altyn.core.schema import migrations_in
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TrailContract, UsersContract
from tests.integration.identity_laws import CRIMES, HONEST, link, lived, of, person
from tests.integration.payment_laws import Crime


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("identity") / "altyn.db"

    async def made() -> None:
        async with open_sqlite(path) as store:
            await SqliteSchema(store).migrate()

    asyncio.run(made())
    return path


@pytest.fixture
async def store(template: Path, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(Path(shutil.copy(template, tmp_path))) as store:
        yield store


class InSqlite:
    """All of them in one file."""

    @pytest.fixture
    def users(self, store: SqliteStore) -> Users:
        return SqliteUsers(store)

    @pytest.fixture
    def trail(self, store: SqliteStore) -> Trail:
        return SqliteTrail(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteUsers(InSqlite, UsersContract):
    """Every sentence of the port."""


class TestSqliteTrail(InSqlite, TrailContract):
    """Every sentence of the port."""


# The laws of the file

WORDS: Final = {
    "s": "",
    "tick": "1",
    "yes": "1",
    "start": "zeroblob(32)",
    "short": "zeroblob(31)",
    "person_more": "",
    "audit_more": "",
}

SQLITE_ONLY: Final = (
    Crime("half muted", "person_is_marked_or_not", of(42, "muted = 2")),
    Crime("half blocked", "person_is_marked_or_not", of(42, "blocked = -1")),
    Crime("facts that are none", "audit_facts_are_json", link(facts="'{{'")),
    # What SQLite would let through: another row is deleted without a word.
    Crime(
        "somebody replaced",
        "person_is_single",
        person(id="id").replace("INSERT", "INSERT OR REPLACE", 1),
    ),
    Crime(
        "an entry replaced",
        "audit_continues",
        link(number="number", before="before").replace("INSERT", "INSERT OR REPLACE", 1),
    ),
)


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            await lived(SqliteUsers(store), SqliteTrail(store), store)

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    "crime", CRIMES + SQLITE_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    for trigger in crime.without:
        raw.execute(f"DROP TRIGGER {trigger.partition('.')[2]}")
    before = list(raw.iterdump())
    with pytest.raises(sqlite3.IntegrityError, match=rf"{crime.law}$"):
        raw.execute(crime.statement.format(**WORDS))
    assert list(raw.iterdump()) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    assert raw.execute(statement.format(**WORDS)).rowcount == 1


def test_every_law_of_people_is_tried() -> None:
    """No constraint and no trigger of the migration is missing from the lists above."""
    (sql,) = (each.sql for each in migrations_in(MIGRATIONS) if each.name == "identity")
    there = set(re.findall(r"(?:CONSTRAINT|RAISE\(ABORT,|CREATE TRIGGER) '?(\w+)", sql))
    # Two triggers carry the one law that nothing of the trail is changed.
    triggers = {"audit_is_append_only_update", "audit_is_append_only_delete"}
    assert there - triggers == {crime.law for crime in CRIMES + SQLITE_ONLY}

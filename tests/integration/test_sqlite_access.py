"""What lets people in passes its contracts in SQLite, and the file itself guards its laws."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.sqlite import (
    SqliteApiKeys,
    SqliteSchema,
    SqliteSecondFactors,
    SqliteSessions,
    SqliteStore,
    open_sqlite,
)
from altyn.adapters.sqlite.schema import MIGRATIONS
from altyn.core.identity import ApiKeys, SecondFactors, Sessions
from altyn.core.schema import migrations_in
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import ApiKeysContract, SecondFactorsContract, SessionsContract
from tests.integration.access_laws import CRIMES, HONEST, a_session, a_token, api_key, lived
from tests.integration.payment_laws import Crime


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("access") / "altyn.db"

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
    def api_keys(self, store: SqliteStore) -> ApiKeys:
        return SqliteApiKeys(store)

    @pytest.fixture
    def sessions(self, store: SqliteStore) -> Sessions:
        return SqliteSessions(store)

    @pytest.fixture
    def second_factors(self, store: SqliteStore) -> SecondFactors:
        return SqliteSecondFactors(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteApiKeys(InSqlite, ApiKeysContract):
    """Every sentence of the port."""


class TestSqliteSessions(InSqlite, SessionsContract):
    """Every sentence of the port."""


class TestSqliteSecondFactors(InSqlite, SecondFactorsContract):
    """Every sentence of the port."""


# The laws of the file

WORDS: Final = {
    "s": "",
    "hour": "3600000000",
    "half": "zeroblob(16)",
    "other": "zeroblob(32)",
    "nothing": "'[]'",
    "more": "'[\"refund\"]'",
    "now": "1",
    "uuid": "zeroblob(16)",
    "api_key_more": "",
    "session_more": "",
    "refresh_more": "",
    "second_factor_more": "",
}


def instead(statement: str) -> str:
    return statement.replace("INSERT", "INSERT OR REPLACE", 1)


SQLITE_ONLY: Final = (
    Crime("scopes that are none", "api_key_opens_something", api_key(scopes="'[[['")),
    Crime("a session that is none", "session_id_is_uuid", a_session(id="x'00'")),
    # What SQLite would let through: another row is deleted without a word.
    Crime("a key replaced", "api_key_is_single", instead(api_key(public="public"))),
    Crime("a session replaced", "session_is_single", instead(a_session(id="id"))),
    Crime("a launch replaced", "session_launch_is_single", instead(a_session(launch="launch"))),
    Crime("a token replaced", "refresh_is_single", instead(a_token(digest="digest"))),
    Crime("the unspent replaced", "refresh_unspent_is_single", instead(a_token())),
)


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            await lived(SqliteApiKeys(store), SqliteSessions(store), SqliteSecondFactors(store))

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def dump(connection: sqlite3.Connection) -> list[str]:
    return list(connection.iterdump())


@pytest.mark.parametrize(
    "crime", CRIMES + SQLITE_ONLY, ids=lambda crime: crime.what.replace(" ", "-")
)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """The law is named in the error, and nothing is changed."""
    before = dump(raw)
    with pytest.raises(sqlite3.IntegrityError, match=rf"{crime.law}$"):
        raw.execute(crime.statement.format(**WORDS))
    assert dump(raw) == before


@pytest.mark.parametrize("statement", HONEST.values(), ids=HONEST)
def test_what_keeps_the_laws_is_let_through(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes above are refused for what is wrong about them, not for being strangers."""
    before = dump(raw)
    raw.execute(statement.format(**WORDS))
    assert dump(raw) != before


def test_every_law_of_access_is_tried() -> None:
    """No constraint and no trigger of the migration is missing from the lists above."""
    (sql,) = (each.sql for each in migrations_in(MIGRATIONS) if each.name == "access")
    there = set(re.findall(r"(?:CONSTRAINT|RAISE\(ABORT,|CREATE TRIGGER) '?(\w+)", sql))
    # Triggers that carry several laws, and one that SQLite does not call by its name.
    assert there - {crime.law for crime in CRIMES + SQLITE_ONLY} == {
        "api_key_begins",
        "refresh_begins",
        "refresh_is_of_session",
        "session_begins",
    }

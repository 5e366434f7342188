"""Broadcasts in SQLite pass the contracts, and the file itself guards their laws."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from altyn.adapters.sqlite import (
    SqliteAudience,
    SqliteBroadcasts,
    SqliteCheques,
    SqliteLetters,
    SqliteOutlays,
    SqlitePreferences,
    SqlitePurchases,
    SqliteSchema,
    SqliteStore,
    SqliteUsers,
    open_sqlite,
)
from altyn.adapters.sqlite.letters import ABANDON, OF
from altyn.core.broadcasts import Audience, Broadcasts, Letters
from altyn.core.identity import Users
from altyn.core.notifications import Preferences
from altyn.core.purchases import Purchases
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import AudienceContract, BroadcastsContract, LettersContract
from tests.integration.broadcast_laws import CRIMES, HONEST, lived
from tests.integration.payment_laws import Crime

UNNAMED: Final = {
    "broadcast_is_single": "UNIQUE constraint failed: broadcast.id",
    "letter_is_single": "UNIQUE constraint failed: letter.broadcast, letter.recipient",
    "letter_broadcast_is_known": "FOREIGN KEY constraint failed",
}
"""Of these SQLite says what was done, and not against which law."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("broadcasts") / "altyn.db"

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
    def broadcasts(self, store: SqliteStore) -> Broadcasts:
        return SqliteBroadcasts(store)

    @pytest.fixture
    def letters(self, store: SqliteStore) -> Letters:
        return SqliteLetters(store)

    @pytest.fixture
    def audience(self, store: SqliteStore) -> Audience:
        return SqliteAudience(store)

    @pytest.fixture
    def users(self, store: SqliteStore) -> Users:
        return SqliteUsers(store)

    @pytest.fixture
    def preferences(self, store: SqliteStore) -> Preferences:
        return SqlitePreferences(store)

    @pytest.fixture
    def purchases(self, store: SqliteStore) -> Purchases:
        return SqlitePurchases(store)

    @pytest.fixture
    def outlays(self, store: SqliteStore) -> Outlays:
        return SqliteOutlays(store)

    @pytest.fixture
    def cheques(self, store: SqliteStore) -> Cheques:
        return SqliteCheques(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteBroadcasts(InSqlite, BroadcastsContract):
    """Every sentence of the port."""


class TestSqliteLetters(InSqlite, LettersContract):
    """Every sentence of the port."""


class TestSqliteAudience(InSqlite, AudienceContract):
    """Every sentence of the port."""


async def test_those_in_a_state_are_found_without_reading_the_rest(store: SqliteStore) -> None:
    """By an index that is in the order of their recipients."""

    def planned(connection: sqlite3.Connection) -> list[str]:
        of = connection.execute(f"EXPLAIN QUERY PLAN {OF}", (bytes(16), "waiting", 0, 5))
        left = connection.execute(f"EXPLAIN QUERY PLAN {ABANDON}", (0, "", bytes(16)))
        return [row[3] for plan in (of, left) for row in plan]

    assert await store.read(planned) == [
        "SEARCH letter USING INDEX letter_in_state (broadcast=? AND state=? AND recipient>?)",
        "SEARCH letter USING COVERING INDEX letter_in_state (broadcast=? AND state=?)",
    ]


@pytest.fixture(scope="module")
def lively(template: Path) -> Path:
    """A file in which everything happened."""
    path = Path(shutil.copy(template, template.with_name("lively.db")))

    async def made() -> None:
        async with open_sqlite(path) as store:
            await lived(SqliteBroadcasts(store), SqliteLetters(store))

    asyncio.run(made())
    return path


@pytest.fixture
def raw(lively: Path) -> Iterator[sqlite3.Connection]:
    """Somebody at the file with a plain SQLite, whose deeds are undone in the end."""
    with closing(sqlite3.connect(lively, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


def said(statement: str) -> str:
    return statement.format(s="", yes="1", no_texts="'{'", earlier="1", uuid="zeroblob(16)")


@pytest.mark.parametrize("crime", CRIMES, ids=lambda crime: crime.what)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """By the law of that name."""
    for each in crime.without:
        raw.execute(f"DROP TRIGGER {each.partition('.')[2]}")
    with pytest.raises(sqlite3.IntegrityError, match=UNNAMED.get(crime.law, crime.law)):
        raw.execute(said(crime.statement))


@pytest.mark.parametrize("statement", HONEST)
def test_what_is_honest_is_allowed(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes are refused for what is wrong about them."""
    assert raw.execute(said(statement)).rowcount > 0

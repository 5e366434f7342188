"""Tickets in SQLite pass the contract, and the file itself guards their laws."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from altyn.adapters.sqlite import SqliteSchema, SqliteStore, SqliteTickets, open_sqlite
from altyn.core.support import Tickets
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TicketsContract
from tests.integration.payment_laws import Crime
from tests.integration.ticket_laws import CRIMES, HONEST, lived


@asynccontextmanager
async def opened_at(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "altyn.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with opened_at(path) as store:
        yield store


class TestSqliteTickets(TicketsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def tickets(self, store: SqliteStore) -> Tickets:
        return SqliteTickets(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


@pytest.fixture
async def raw(path: Path, store: SqliteStore) -> AsyncIterator[sqlite3.Connection]:
    """Somebody who knows SQL, in a file in which something was asked."""
    await lived(SqliteTickets(store))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def said(statement: str) -> str:
    return statement.format(s="")


@pytest.mark.parametrize("crime", CRIMES, ids=lambda crime: crime.what)
def test_what_goes_around_the_code_is_refused(raw: sqlite3.Connection, crime: Crime) -> None:
    """By the law of that name."""
    for each in crime.without:
        raw.execute(f"DROP TRIGGER {each.partition('.')[2]}")
    law = "ticket.id" if crime.law == "ticket_is_single" else crime.law
    with pytest.raises(sqlite3.IntegrityError, match=law):
        raw.execute(said(crime.statement))


@pytest.mark.parametrize("statement", HONEST)
def test_what_is_honest_is_allowed(raw: sqlite3.Connection, statement: str) -> None:
    """The crimes are refused for what is wrong about them."""
    assert raw.execute(said(statement)).rowcount > 0

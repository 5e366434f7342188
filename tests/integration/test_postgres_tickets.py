"""Tickets on PostgreSQL pass the contract, and the database itself guards their laws."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from altyn.adapters.postgres import PostgresStore, PostgresTickets, open_postgres
from altyn.core.support import Tickets
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TicketsContract
from tests.integration.payment_laws import Crime
from tests.integration.ticket_laws import CRIMES, HONEST, lived

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class TestPostgresTickets(TicketsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def tickets(self, store: PostgresStore) -> Tickets:
        return PostgresTickets(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


@pytest.fixture
async def raw(postgres_url: str, store: PostgresStore) -> AsyncIterator[Connection]:
    """Somebody who knows SQL, in a database in which something was asked."""
    await lived(PostgresTickets(store))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def said(statement: str) -> bytes:
    return statement.format(s="altyn.").encode()


def test_laws(raw: Connection) -> None:
    """What goes around the code is refused by the law of that name, what is honest is not."""
    found = {crime.what: law_against(raw, crime) for crime in CRIMES}
    assert found == {crime.what: crime.law for crime in CRIMES}
    for statement in HONEST:
        with raw.transaction(force_rollback=True):
            assert raw.execute(said(statement)).rowcount > 0


def law_against(raw: Connection, crime: Crime) -> str | None:
    """Which law spoke up."""
    with raw.transaction(force_rollback=True):
        if crime.without:
            raw.execute("ALTER TABLE altyn.ticket DISABLE TRIGGER USER")
        try:
            raw.execute(said(crime.statement))
        except psycopg.errors.IntegrityError as refused:
            return refused.diag.constraint_name
    return None

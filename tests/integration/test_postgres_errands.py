"""Errands on PostgreSQL pass the contract, and the database itself guards their laws."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from altyn.adapters.postgres import PostgresErrands, PostgresStore, open_postgres
from altyn.core.errands import Errands
from altyn.entrypoints.testkit import ErrandsContract
from altyn.entrypoints.testkit.errands import LATER, NOON, errand
from tests.integration.errand_laws import CRIMES, HONEST, lived
from tests.integration.payment_laws import Crime

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class TestPostgresErrands(ErrandsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def errands(self, store: PostgresStore) -> Errands:
        return PostgresErrands(store)

    @pytest.fixture
    async def other(self, postgres_url: str, errands: Errands) -> AsyncIterator[Errands]:
        async with open_postgres(postgres_url) as store:
            yield PostgresErrands(store)


async def test_one_that_is_asked_again_finds_its_own_claim(store: PostgresStore) -> None:
    """A connection that broke after the commit does not keep the errand from whoever has it."""
    errands = PostgresErrands(store)
    for _ in range(2):
        assert await errands.begin(errand(), UUID(int=1), NOON, LATER) is None


@pytest.fixture
async def raw(postgres_url: str, store: PostgresStore) -> AsyncIterator[Connection]:
    """Somebody who knows SQL, in a database in which something was asked for."""
    await lived(PostgresErrands(store))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def said(statement: str) -> bytes:
    return statement.format(s="altyn.", b="'\\x01'").encode()


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
            raw.execute("ALTER TABLE altyn.errand DISABLE TRIGGER USER")
        try:
            raw.execute(said(crime.statement))
        except psycopg.errors.IntegrityError as refused:
            return refused.diag.constraint_name
    return None

"""Broadcasts on PostgreSQL pass the contracts, and the database itself guards their laws."""

from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresAudience,
    PostgresBroadcasts,
    PostgresCheques,
    PostgresLetters,
    PostgresOutlays,
    PostgresPreferences,
    PostgresPurchases,
    PostgresStore,
    PostgresUsers,
    open_postgres,
)
from altyn.core.broadcasts import Audience, Broadcasts, Letters
from altyn.core.identity import Users
from altyn.core.notifications import Preferences
from altyn.core.purchases import Purchases
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import AudienceContract, BroadcastsContract, LettersContract
from tests.integration.broadcast_laws import CRIMES, HONEST, lived
from tests.integration.payment_laws import Crime

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def broadcasts(self, store: PostgresStore) -> Broadcasts:
        return PostgresBroadcasts(store)

    @pytest.fixture
    def letters(self, store: PostgresStore) -> Letters:
        return PostgresLetters(store)

    @pytest.fixture
    def audience(self, store: PostgresStore) -> Audience:
        return PostgresAudience(store)

    @pytest.fixture
    def users(self, store: PostgresStore) -> Users:
        return PostgresUsers(store)

    @pytest.fixture
    def preferences(self, store: PostgresStore) -> Preferences:
        return PostgresPreferences(store)

    @pytest.fixture
    def purchases(self, store: PostgresStore) -> Purchases:
        return PostgresPurchases(store)

    @pytest.fixture
    def outlays(self, store: PostgresStore) -> Outlays:
        return PostgresOutlays(store)

    @pytest.fixture
    def cheques(self, store: PostgresStore) -> Cheques:
        return PostgresCheques(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresBroadcasts(OnPostgres, BroadcastsContract):
    """Every sentence of the port."""


class TestPostgresLetters(OnPostgres, LettersContract):
    """Every sentence of the port."""


class TestPostgresAudience(OnPostgres, AudienceContract):
    """Every sentence of the port."""


@pytest.fixture
async def raw(postgres_url: str, store: PostgresStore) -> AsyncIterator[Connection]:
    """Somebody who knows SQL, in a database in which everything happened."""
    await lived(PostgresBroadcasts(store), PostgresLetters(store))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


def said(statement: str) -> bytes:
    words = {"yes": "true", "no_texts": "'[]'", "earlier": "timestamptz '1970-01-01'"}
    return statement.format(s="altyn.", uuid="gen_random_uuid()", **words).encode()


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
        for each in crime.without:
            table, _, trigger = each.partition(".")
            raw.execute(f"ALTER TABLE altyn.{table} DISABLE TRIGGER {trigger}".encode())
        try:
            raw.execute(said(crime.statement))
        except psycopg.errors.IntegrityError as refused:
            return refused.diag.constraint_name
    return None

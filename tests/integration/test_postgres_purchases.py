"""Wallets and purchases on PostgreSQL pass the contracts; the database itself guards their laws."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresCheques,
    PostgresOutlays,
    PostgresPurchases,
    PostgresStore,
    open_postgres,
)
from altyn.core.purchases import Purchases
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import ChequesContract, OutlaysContract, PurchasesContract
from tests.integration.postgres_sessions import copy_of, with_guards_off

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES = ("chequebook", "cheque", "outlay", "purchase")
EMPTIED = "TRUNCATE altyn.chequebook, altyn.cheque, altyn.outlay, altyn.purchase"


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def store(module_url: str) -> AsyncIterator[PostgresStore]:
    with psycopg.connect(module_url) as connection:
        connection.execute(with_guards_off(EMPTIED, TABLES).encode())
    async with open_postgres(module_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def outlays(self, store: PostgresStore) -> Outlays:
        return PostgresOutlays(store)

    @pytest.fixture
    def cheques(self, store: PostgresStore) -> Cheques:
        return PostgresCheques(store)

    @pytest.fixture
    def purchases(self, store: PostgresStore) -> Purchases:
        return PostgresPurchases(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresOutlays(OnPostgres, OutlaysContract):
    """Every sentence of the port."""


class TestPostgresCheques(OnPostgres, ChequesContract):
    """Every sentence of the port."""


class TestPostgresPurchases(OnPostgres, PurchasesContract):
    """Every sentence of the port."""

"""Wallets and purchases in SQLite pass the contracts, and the file itself guards their laws."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.sqlite import (
    SqliteCheques,
    SqliteOutlays,
    SqlitePurchases,
    SqliteSchema,
    SqliteStore,
    open_sqlite,
)
from altyn.core.purchases import Purchases
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import ChequesContract, OutlaysContract, PurchasesContract


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and nothing in them."""
    path = tmp_path_factory.mktemp("purchases") / "altyn.db"

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
    def outlays(self, store: SqliteStore) -> Outlays:
        return SqliteOutlays(store)

    @pytest.fixture
    def cheques(self, store: SqliteStore) -> Cheques:
        return SqliteCheques(store)

    @pytest.fixture
    def purchases(self, store: SqliteStore) -> Purchases:
        return SqlitePurchases(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteOutlays(InSqlite, OutlaysContract):
    """Every sentence of the port."""


class TestSqliteCheques(InSqlite, ChequesContract):
    """Every sentence of the port."""


class TestSqlitePurchases(InSqlite, PurchasesContract):
    """Every sentence of the port."""

"""What is counted in SQLite passes the contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.sqlite import (
    SqliteArrivals,
    SqliteCheques,
    SqliteLedger,
    SqliteNotices,
    SqliteOutlays,
    SqlitePayments,
    SqlitePurchases,
    SqliteRefunds,
    SqliteSchema,
    SqliteStore,
    SqliteTallies,
    SqliteUsers,
    SqliteVitals,
    open_sqlite,
)
from altyn.core.balances import Ledger
from altyn.core.identity import Users
from altyn.core.oversight import Tallies, Vitals
from altyn.core.payments import Arrivals, Notices, Payments, Refunds
from altyn.core.purchases import Purchases
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import TalliesContract, VitalsContract


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(tmp_path / "altyn.db") as store:
        await SqliteSchema(store).migrate()
        yield store


class InSqlite:
    """All of them in one storage."""

    @pytest.fixture
    def users(self, store: SqliteStore) -> Users:
        return SqliteUsers(store)

    @pytest.fixture
    def payments(self, store: SqliteStore) -> Payments:
        return SqlitePayments(store)

    @pytest.fixture
    def arrivals(self, store: SqliteStore) -> Arrivals:
        return SqliteArrivals(store)

    @pytest.fixture
    def refunds(self, store: SqliteStore) -> Refunds:
        return SqliteRefunds(store)

    @pytest.fixture
    def notices(self, store: SqliteStore) -> Notices:
        return SqliteNotices(store)

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
    def tallies(self, store: SqliteStore) -> Tallies:
        return SqliteTallies(store)

    @pytest.fixture
    def ledger(self, store: SqliteStore) -> Ledger:
        return SqliteLedger(store, ManualClock())

    @pytest.fixture
    def vitals(self, store: SqliteStore) -> Vitals:
        return SqliteVitals(store)


class TestSqliteTallies(InSqlite, TalliesContract):
    """Every sentence of the port."""


class TestSqliteVitals(InSqlite, VitalsContract):
    """Every sentence of the port."""

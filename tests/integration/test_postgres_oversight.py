"""What is counted on PostgreSQL passes the contract."""

from collections.abc import AsyncIterator

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import (
    PostgresArrivals,
    PostgresCheques,
    PostgresLedger,
    PostgresNotices,
    PostgresOutlays,
    PostgresPayments,
    PostgresPurchases,
    PostgresRefunds,
    PostgresStore,
    PostgresTallies,
    PostgresUsers,
    PostgresVitals,
    open_postgres,
)
from altyn.core.balances import Ledger
from altyn.core.identity import Users
from altyn.core.oversight import Tallies, Vitals
from altyn.core.payments import Arrivals, Notices, Payments, Refunds
from altyn.core.purchases import Purchases
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import TalliesContract, VitalsContract


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class InPostgres:
    """All of them in one storage."""

    @pytest.fixture
    def users(self, store: PostgresStore) -> Users:
        return PostgresUsers(store)

    @pytest.fixture
    def payments(self, store: PostgresStore) -> Payments:
        return PostgresPayments(store)

    @pytest.fixture
    def arrivals(self, store: PostgresStore) -> Arrivals:
        return PostgresArrivals(store)

    @pytest.fixture
    def refunds(self, store: PostgresStore) -> Refunds:
        return PostgresRefunds(store)

    @pytest.fixture
    def notices(self, store: PostgresStore) -> Notices:
        return PostgresNotices(store)

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
    def tallies(self, store: PostgresStore) -> Tallies:
        return PostgresTallies(store)

    @pytest.fixture
    def ledger(self, store: PostgresStore) -> Ledger:
        return PostgresLedger(store, ManualClock())

    @pytest.fixture
    def vitals(self, store: PostgresStore) -> Vitals:
        return PostgresVitals(store)


class TestPostgresTallies(InPostgres, TalliesContract):
    """Every sentence of the port."""


class TestPostgresVitals(InPostgres, VitalsContract):
    """Every sentence of the port."""

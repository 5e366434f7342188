"""What is counted in memory passes the contract."""

import pytest

from altyn.adapters.memory import (
    ManualClock,
    MemoryArrivals,
    MemoryCheques,
    MemoryLedger,
    MemoryNotices,
    MemoryOutlays,
    MemoryPayments,
    MemoryPurchases,
    MemoryRefunds,
    MemoryStore,
    MemoryTallies,
    MemoryUsers,
    MemoryVitals,
)
from altyn.core.oversight import Tallies, Vitals
from altyn.entrypoints.testkit import TalliesContract, VitalsContract


class InMemory:
    """All of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def users(self, store: MemoryStore) -> MemoryUsers:
        return MemoryUsers(store)

    @pytest.fixture
    def payments(self, store: MemoryStore) -> MemoryPayments:
        return MemoryPayments(store)

    @pytest.fixture
    def arrivals(self, store: MemoryStore) -> MemoryArrivals:
        return MemoryArrivals(store)

    @pytest.fixture
    def refunds(self, store: MemoryStore) -> MemoryRefunds:
        return MemoryRefunds(store)

    @pytest.fixture
    def notices(self, store: MemoryStore) -> MemoryNotices:
        return MemoryNotices(store)

    @pytest.fixture
    def purchases(self, store: MemoryStore) -> MemoryPurchases:
        return MemoryPurchases(store)

    @pytest.fixture
    def outlays(self, store: MemoryStore) -> MemoryOutlays:
        return MemoryOutlays(store)

    @pytest.fixture
    def cheques(self, store: MemoryStore) -> MemoryCheques:
        return MemoryCheques(store)

    @pytest.fixture
    def tallies(
        self,
        store: MemoryStore,
        users: MemoryUsers,
        arrivals: MemoryArrivals,
        refunds: MemoryRefunds,
        purchases: MemoryPurchases,
        cheques: MemoryCheques,
        notices: MemoryNotices,
    ) -> Tallies:
        return MemoryTallies(store, users, arrivals, refunds, purchases, cheques, notices)

    @pytest.fixture
    def ledger(self, store: MemoryStore) -> MemoryLedger:
        return MemoryLedger(store, ManualClock())

    @pytest.fixture
    def vitals(
        self,
        store: MemoryStore,
        payments: MemoryPayments,
        refunds: MemoryRefunds,
        cheques: MemoryCheques,
        purchases: MemoryPurchases,
        ledger: MemoryLedger,
    ) -> Vitals:
        return MemoryVitals(store, payments, refunds, cheques, purchases, ledger)


class TestMemoryTallies(InMemory, TalliesContract):
    """Every sentence of the port."""


class TestMemoryVitals(InMemory, VitalsContract):
    """Every sentence of the port."""

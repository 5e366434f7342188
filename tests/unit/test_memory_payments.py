"""Payments in memory pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryArrivals, MemoryNotices, MemoryPayments, MemoryStore
from altyn.core.payments import Arrivals, Notices, Payments
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import ArrivalsContract, NoticesContract, PaymentsContract


class InMemory:
    """All three in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def payments(self, store: MemoryStore) -> Payments:
        return MemoryPayments(store)

    @pytest.fixture
    def arrivals(self, store: MemoryStore) -> Arrivals:
        return MemoryArrivals(store)

    @pytest.fixture
    def notices(self, store: MemoryStore) -> Notices:
        return MemoryNotices(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryPayments(InMemory, PaymentsContract):
    """Every sentence of the port."""


class TestMemoryArrivals(InMemory, ArrivalsContract):
    """Every sentence of the port."""


class TestMemoryNotices(InMemory, NoticesContract):
    """Every sentence of the port."""

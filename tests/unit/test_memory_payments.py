"""Payments in memory pass the contracts."""

import pytest

from altyn.adapters.memory import (
    MemoryArrivals,
    MemoryCursors,
    MemoryNotices,
    MemoryPayments,
    MemoryRefunds,
    MemoryStandings,
    MemoryStore,
)
from altyn.core.payments import Arrivals, Cursors, Notices, Payments, Refunds, Standings
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    ArrivalsContract,
    CursorsContract,
    NoticesContract,
    PaymentsContract,
    RefundsContract,
    StandingsContract,
)


class InMemory:
    """All of them in one store."""

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
    def refunds(self, store: MemoryStore) -> Refunds:
        return MemoryRefunds(store)

    @pytest.fixture
    def standings(self, store: MemoryStore) -> Standings:
        return MemoryStandings(store)

    @pytest.fixture
    def cursors(self, store: MemoryStore) -> Cursors:
        return MemoryCursors(store)

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


class TestMemoryRefunds(InMemory, RefundsContract):
    """Every sentence of the port."""


class TestMemoryCursors(InMemory, CursorsContract):
    """Every sentence of the port."""


class TestMemoryStandings(InMemory, StandingsContract):
    """Every sentence of the port."""


class TestMemoryNotices(InMemory, NoticesContract):
    """Every sentence of the port."""

"""Tickets in memory pass the contract."""

import pytest

from altyn.adapters.memory import MemoryStore, MemoryTickets
from altyn.core.support import Tickets
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TicketsContract


class TestMemoryTickets(TicketsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def tickets(self, store: MemoryStore) -> Tickets:
        return MemoryTickets(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

"""The outbox in memory and its bell pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryOutbox, MemoryStore
from altyn.core.bells import Bell
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import OutboxBellContract, OutboxContract


class InMemory:
    """Both of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def outbox(self, store: MemoryStore) -> MemoryOutbox:
        return MemoryOutbox(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryOutbox(InMemory, OutboxContract):
    """Every sentence of the port."""


class TestMemoryOutboxBell(InMemory, OutboxBellContract):
    """Every sentence of the port."""

    @pytest.fixture
    def bell(self, outbox: MemoryOutbox) -> Bell:
        return outbox.bell

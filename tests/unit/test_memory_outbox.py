"""The outbox in memory passes the contract."""

import pytest

from altyn.adapters.memory import MemoryOutbox, MemoryStore
from altyn.core.events import Outbox
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import OutboxContract


class TestMemoryOutbox(OutboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def outbox(self, store: MemoryStore) -> Outbox:
        return MemoryOutbox(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

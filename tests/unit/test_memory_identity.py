"""People and the trail in memory pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryStore, MemoryTrail, MemoryUsers
from altyn.core.identity import Trail, Users
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import TrailContract, UsersContract


class InMemory:
    """All of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def users(self, store: MemoryStore) -> Users:
        return MemoryUsers(store)

    @pytest.fixture
    def trail(self, store: MemoryStore) -> Trail:
        return MemoryTrail(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryUsers(InMemory, UsersContract):
    """Every sentence of the port."""


class TestMemoryTrail(InMemory, TrailContract):
    """Every sentence of the port."""

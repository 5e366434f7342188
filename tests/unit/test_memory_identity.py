"""People in memory pass the contract."""

import pytest

from altyn.adapters.memory import MemoryStore, MemoryUsers
from altyn.core.identity import Users
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import UsersContract


class TestMemoryUsers(UsersContract):
    """Every sentence of the port."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def users(self, store: MemoryStore) -> Users:
        return MemoryUsers(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

"""What lets people and programs in passes its contracts in memory."""

import pytest

from altyn.adapters.memory import MemoryApiKeys, MemorySecondFactors, MemorySessions, MemoryStore
from altyn.core.identity import ApiKeys, SecondFactors, Sessions
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import ApiKeysContract, SecondFactorsContract, SessionsContract


class InMemory:
    """All of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def api_keys(self, store: MemoryStore) -> ApiKeys:
        return MemoryApiKeys(store)

    @pytest.fixture
    def sessions(self, store: MemoryStore) -> Sessions:
        return MemorySessions(store)

    @pytest.fixture
    def second_factors(self, store: MemoryStore) -> SecondFactors:
        return MemorySecondFactors(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryApiKeys(InMemory, ApiKeysContract):
    """Every sentence of the port."""


class TestMemorySessions(InMemory, SessionsContract):
    """Every sentence of the port."""


class TestMemorySecondFactors(InMemory, SecondFactorsContract):
    """Every sentence of the port."""

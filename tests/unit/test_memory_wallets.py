"""Outlays and cheques in memory pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryCheques, MemoryOutlays, MemoryStore
from altyn.core.transaction import Transaction
from altyn.core.wallets import Cheques, Outlays
from altyn.entrypoints.testkit import ChequesContract, OutlaysContract


class InMemory:
    """All of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def outlays(self, store: MemoryStore) -> Outlays:
        return MemoryOutlays(store)

    @pytest.fixture
    def cheques(self, store: MemoryStore) -> Cheques:
        return MemoryCheques(store)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class TestMemoryOutlays(InMemory, OutlaysContract):
    """Every sentence of the port."""


class TestMemoryCheques(InMemory, ChequesContract):
    """Every sentence of the port."""

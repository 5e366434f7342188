"""Purchases in memory pass the contract."""

import pytest

from altyn.adapters.memory import MemoryPurchases, MemoryStore
from altyn.core.purchases import Purchases
from altyn.entrypoints.testkit import PurchasesContract
from tests.unit.test_memory_wallets import InMemory


class TestMemoryPurchases(InMemory, PurchasesContract):
    """Every sentence of the port."""

    @pytest.fixture
    def purchases(self, store: MemoryStore) -> Purchases:
        return MemoryPurchases(store)

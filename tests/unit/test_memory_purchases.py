"""Purchases and campaigns in memory pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryCampaigns, MemoryPurchases, MemoryShutters, MemoryStore
from altyn.core.purchases import Campaigns, Purchases, Shutters
from altyn.entrypoints.testkit import CampaignsContract, PurchasesContract, ShuttersContract
from tests.unit.test_memory_wallets import InMemory


class TestMemoryPurchases(InMemory, PurchasesContract):
    """Every sentence of the port."""

    @pytest.fixture
    def purchases(self, store: MemoryStore) -> Purchases:
        return MemoryPurchases(store)


class TestMemoryCampaigns(InMemory, CampaignsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def campaigns(self, store: MemoryStore) -> Campaigns:
        return MemoryCampaigns(store)


class TestMemoryShutters(InMemory, ShuttersContract):
    """Every sentence of the port."""

    @pytest.fixture
    def shutters(self, store: MemoryStore) -> Shutters:
        return MemoryShutters(store)

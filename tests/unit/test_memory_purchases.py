"""Purchases and campaigns in memory pass the contracts."""

import pytest

from altyn.adapters.memory import MemoryCampaigns, MemoryPurchases, MemoryStore
from altyn.core.purchases import Campaigns, Purchases
from altyn.entrypoints.testkit import CampaignsContract, PurchasesContract
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

"""Broadcasts, letters and who gets them in memory pass the contracts."""

import pytest

from altyn.adapters.memory import (
    MemoryAudience,
    MemoryBroadcasts,
    MemoryLetters,
    MemoryPreferences,
    MemoryPurchases,
    MemoryStore,
    MemoryUsers,
)
from altyn.core.broadcasts import Audience, Letters
from altyn.entrypoints.testkit import AudienceContract, BroadcastsContract, LettersContract
from tests.unit.test_memory_wallets import InMemory


class BroadcastsInMemory(InMemory):
    """All of them in one store."""

    @pytest.fixture
    def broadcasts(self, store: MemoryStore) -> MemoryBroadcasts:
        return MemoryBroadcasts(store)

    @pytest.fixture
    def letters(self, store: MemoryStore, broadcasts: MemoryBroadcasts) -> Letters:
        return MemoryLetters(store, broadcasts)

    @pytest.fixture
    def users(self, store: MemoryStore) -> MemoryUsers:
        return MemoryUsers(store)

    @pytest.fixture
    def preferences(self, store: MemoryStore) -> MemoryPreferences:
        return MemoryPreferences(store)

    @pytest.fixture
    def purchases(self, store: MemoryStore) -> MemoryPurchases:
        return MemoryPurchases(store)

    @pytest.fixture
    def audience(
        self, users: MemoryUsers, preferences: MemoryPreferences, purchases: MemoryPurchases
    ) -> Audience:
        return MemoryAudience(users, preferences, purchases)


class TestMemoryBroadcasts(BroadcastsInMemory, BroadcastsContract):
    """Every sentence of the port."""


class TestMemoryLetters(BroadcastsInMemory, LettersContract):
    """Every sentence of the port."""


class TestMemoryAudience(BroadcastsInMemory, AudienceContract):
    """Every sentence of the port."""

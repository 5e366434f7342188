"""Webhooks and deliveries in memory pass the contracts."""

import pytest

from altyn.adapters.memory import (
    MemoryDeliveries,
    MemoryNotifications,
    MemoryOutbox,
    MemoryPreferences,
    MemoryStore,
    MemoryWebhooks,
)
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    DeliveriesContract,
    NotificationsContract,
    PreferencesContract,
    WebhooksContract,
)


class InMemory:
    """All of them in one store."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

    @pytest.fixture
    def notifications(self, store: MemoryStore) -> MemoryNotifications:
        return MemoryNotifications(store)

    @pytest.fixture
    def preferences(self, store: MemoryStore) -> MemoryPreferences:
        return MemoryPreferences(store)

    @pytest.fixture
    def webhooks(self, store: MemoryStore) -> MemoryWebhooks:
        return MemoryWebhooks(store)

    @pytest.fixture
    def deliveries(self, store: MemoryStore, webhooks: MemoryWebhooks) -> MemoryDeliveries:
        return MemoryDeliveries(store, webhooks)

    @pytest.fixture
    def outbox(self, store: MemoryStore, deliveries: MemoryDeliveries) -> MemoryOutbox:
        return MemoryOutbox(store, deliveries=deliveries)


class TestMemoryWebhooks(InMemory, WebhooksContract):
    """Every sentence of the port."""


class TestMemoryNotifications(InMemory, NotificationsContract):
    """Every sentence of the port."""


class TestMemoryPreferences(InMemory, PreferencesContract):
    """Every sentence of the port."""


class TestMemoryDeliveries(InMemory, DeliveriesContract):
    """Every sentence of the port."""

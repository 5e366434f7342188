"""Webhooks and deliveries in SQLite pass the contracts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.sqlite import (
    SqliteDeliveries,
    SqliteSchema,
    SqliteStore,
    SqliteWebhooks,
    open_sqlite,
)
from altyn.core.notifications import Deliveries, Webhooks
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import DeliveriesContract, WebhooksContract


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(tmp_path / "altyn.db") as store:
        await SqliteSchema(store).migrate()
        yield store


class InSqlite:
    """All of them in one file."""

    @pytest.fixture
    def webhooks(self, store: SqliteStore) -> Webhooks:
        return SqliteWebhooks(store)

    @pytest.fixture
    def deliveries(self, store: SqliteStore) -> Deliveries:
        return SqliteDeliveries(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteWebhooks(InSqlite, WebhooksContract):
    """Every sentence of the port."""


class TestSqliteDeliveries(InSqlite, DeliveriesContract):
    """Every sentence of the port."""

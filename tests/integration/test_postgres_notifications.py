"""Webhooks and deliveries on PostgreSQL pass the contracts."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

import psycopg
import pytest

from altyn.adapters.postgres import (
    PostgresDeliveries,
    PostgresStore,
    PostgresWebhooks,
    open_postgres,
)
from altyn.core.notifications import Deliveries, Webhooks
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import DeliveriesContract, WebhooksContract
from tests.integration.postgres_sessions import copy_of

TABLES: Final = ("webhook", "webhook_delivery", "webhook_attempt")
EMPTIED: Final = "TRUNCATE " + ", ".join(f"altyn.{table}" for table in TABLES)


@pytest.fixture(scope="module")
def module_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """One database for all contracts: it is emptied for each test, which is faster than a copy."""
    with copy_of(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
async def store(module_url: str) -> AsyncIterator[PostgresStore]:
    with psycopg.connect(module_url) as connection:
        connection.execute(EMPTIED.encode())
    async with open_postgres(module_url) as store:
        yield store


class OnPostgres:
    """All of them in one database."""

    @pytest.fixture
    def webhooks(self, store: PostgresStore) -> Webhooks:
        return PostgresWebhooks(store)

    @pytest.fixture
    def deliveries(self, store: PostgresStore) -> Deliveries:
        return PostgresDeliveries(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresWebhooks(OnPostgres, WebhooksContract):
    """Every sentence of the port."""


class TestPostgresDeliveries(OnPostgres, DeliveriesContract):
    """Every sentence of the port."""

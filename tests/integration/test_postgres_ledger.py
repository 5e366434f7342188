"""The ledger on PostgreSQL passes the contract, plays any history, and equals the model."""

from collections.abc import AsyncIterator

import pytest

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import PostgresLedger, PostgresOutbox, PostgresStore, open_postgres
from altyn.core.balances import Ledger
from altyn.core.events import Outbox
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    LedgerContract,
    OutboxContract,
)


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


@pytest.fixture
def transaction(store: PostgresStore) -> Transaction:
    return store


class TestPostgresLedger(LedgerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def ledger(self, store: PostgresStore, clock: ManualClock) -> Ledger:
        return PostgresLedger(store, clock)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store


class TestPostgresOutbox(OutboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    def outbox(self, store: PostgresStore) -> Outbox:
        return PostgresOutbox(store)

    @pytest.fixture
    def transaction(self, store: PostgresStore) -> Transaction:
        return store

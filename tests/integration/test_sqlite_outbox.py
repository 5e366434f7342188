"""The outbox in SQLite passes the contract."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.sqlite import SqliteOutbox, SqliteSchema, SqliteStore, open_sqlite
from altyn.core.events import Outbox
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import OutboxContract


class TestSqliteOutbox(OutboxContract):
    """Every sentence of the port."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        async with open_sqlite(tmp_path / "altyn.db") as store:
            await SqliteSchema(store).migrate()
            yield store

    @pytest.fixture
    def outbox(self, store: SqliteStore) -> Outbox:
        return SqliteOutbox(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store

"""The outbox in SQLite and its bell pass the contracts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.sqlite import SqliteOutbox, SqliteSchema, SqliteStore, open_sqlite
from altyn.core.bells import Bell
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import OutboxBellContract, OutboxContract


class InSqlite:
    """Both of them in one file."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqliteStore]:
        async with open_sqlite(tmp_path / "altyn.db") as store:
            await SqliteSchema(store).migrate()
            yield store

    @pytest.fixture
    def outbox(self, store: SqliteStore) -> SqliteOutbox:
        return SqliteOutbox(store)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class TestSqliteOutbox(InSqlite, OutboxContract):
    """Every sentence of the port."""


class TestSqliteOutboxBell(InSqlite, OutboxBellContract):
    """Every sentence of the port."""

    @pytest.fixture
    def bell(self, outbox: SqliteOutbox) -> Bell:
        return outbox.bell

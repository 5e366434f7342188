"""Whether money may go out is kept in both databases, which hold no second answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from altyn.adapters.postgres import PostgresStandstill, PostgresStore, open_postgres
from altyn.adapters.sqlite import SqliteSchema, SqliteStandstill, SqliteStore, open_sqlite
from altyn.core.standstill import Standstill
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import StandstillContract


class TestSqliteStandstill(StandstillContract):
    """Every sentence of the port."""

    @pytest.fixture
    async def transaction(self, tmp_path: Path) -> AsyncIterator[Transaction]:
        async with open_sqlite(tmp_path / "altyn.db") as store:
            await SqliteSchema(store).migrate()
            yield store

    @pytest.fixture
    def standstill(self, transaction: SqliteStore) -> Standstill:
        return SqliteStandstill(transaction)


class TestPostgresStandstill(StandstillContract):
    """Every sentence of the port."""

    @pytest.fixture
    async def transaction(self, postgres_url: str) -> AsyncIterator[Transaction]:
        async with open_postgres(postgres_url) as store:
            yield store

    @pytest.fixture
    def standstill(self, transaction: PostgresStore) -> Standstill:
        return PostgresStandstill(transaction)

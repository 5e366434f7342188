"""The memory of pools in SQLite passes the contract and outlives a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from altyn.adapters.sqlite import SqliteReputations, SqliteSchema, SqliteStore, open_sqlite
from altyn.core.resilience import Reputations
from altyn.core.transaction import StorageBroken
from altyn.entrypoints.testkit import ReputationsContract
from altyn.entrypoints.testkit.reputation import PRICE
from tests.integration.restarts import Opened, RestartStories


@asynccontextmanager
async def opened_at(path: Path) -> AsyncIterator[SqliteStore]:
    async with open_sqlite(path) as store:
        await SqliteSchema(store).migrate()
        yield store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "altyn.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    async with opened_at(path) as store:
        yield store


class TestSqliteReputations(ReputationsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def reputations(self, store: SqliteStore) -> Reputations:
        return SqliteReputations(store)

    @pytest.fixture
    async def other(self, path: Path, reputations: Reputations) -> AsyncIterator[Reputations]:
        async with opened_at(path) as store:
            yield SqliteReputations(store)


class TestSqliteRestarts(RestartStories):
    """In one file."""

    @pytest.fixture
    def opened(self, path: Path) -> Opened:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Reputations]:
            async with opened_at(path) as store:
                yield SqliteReputations(store)

        return opened


@pytest.mark.parametrize("nonsense", [{"success": 1.5}, {"success": -0.1}, {"latency_seconds": -1}])
async def test_nonsense_is_not_kept(store: SqliteStore, nonsense: dict[str, Any]) -> None:
    """A share is from 0 to 1, a duration not negative."""
    with pytest.raises(StorageBroken):
        await SqliteReputations(store).keep([evolve(PRICE, **nonsense)])
    assert await SqliteReputations(store).of("shop") == []

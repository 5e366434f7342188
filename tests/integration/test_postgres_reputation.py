"""The memory of pools on PostgreSQL passes the contract and outlives a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from altyn.adapters.postgres import PostgresReputations, PostgresStore, open_postgres
from altyn.core.resilience import Reputations
from altyn.core.transaction import StorageBroken
from altyn.entrypoints.testkit import ReputationsContract
from altyn.entrypoints.testkit.reputation import PRICE
from tests.integration.postgres_sessions import patient_store, session, until_waiting
from tests.integration.restarts import Opened, RestartStories

HOLD = "SELECT 1 FROM altyn.reputation WHERE candidate = %s FOR UPDATE NOWAIT"


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    async with open_postgres(postgres_url) as store:
        yield store


class TestPostgresReputations(ReputationsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def reputations(self, store: PostgresStore) -> Reputations:
        return PostgresReputations(store)

    @pytest.fixture
    async def other(self, postgres_url: str) -> AsyncIterator[Reputations]:
        async with open_postgres(postgres_url) as store:
            yield PostgresReputations(store)


class TestPostgresRestarts(RestartStories):
    """In one database."""

    @pytest.fixture
    def opened(self, postgres_url: str) -> Opened:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Reputations]:
            async with open_postgres(postgres_url) as store:
                yield PostgresReputations(store)

        return opened


@pytest.mark.parametrize("nonsense", [{"success": 1.5}, {"success": -0.1}, {"latency_seconds": -1}])
async def test_nonsense_is_not_kept(store: PostgresStore, nonsense: dict[str, Any]) -> None:
    """A share is from 0 to 1, a duration not negative."""
    with pytest.raises(StorageBroken):
        await PostgresReputations(store).keep([evolve(PRICE, **nonsense)])
    assert await PostgresReputations(store).of("shop") == []


async def test_rows_are_locked_by_name(postgres_url: str) -> None:
    """Whoever waits for the first row holds none that come after it, so nobody deadlocks."""
    first, second = (evolve(PRICE, candidate=name) for name in ("a", "b"))
    newer = [evolve(each, at=PRICE.at + timedelta(seconds=1)) for each in (second, first)]
    async with patient_store(postgres_url) as store, session(postgres_url) as other:
        reputations = PostgresReputations(store)
        await reputations.keep([first, second])
        async with other.transaction():
            await other.execute(HOLD, ("a",))
            keeping = asyncio.create_task(reputations.keep(newer))
            await until_waiting(postgres_url, 1, behind=other.info.backend_pid)
            await other.execute(HOLD, ("b",))
        await keeping
        assert list(await reputations.of("shop")) == newer[::-1]

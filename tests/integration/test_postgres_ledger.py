"""The ledger on PostgreSQL passes the contract, plays any history, and equals the model."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import ClassVar, Final

import pytest
from hypothesis import settings

from altyn.adapters.memory import ManualClock
from altyn.adapters.postgres import PostgresLedger, PostgresOutbox, PostgresStore, open_postgres
from altyn.core.balances import Ledger
from altyn.core.events import Outbox
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import HandClock, LedgerContract, LedgerMachine, OutboxContract
from altyn.entrypoints.testkit.outbox import event
from tests.integration.postgres_sessions import empty, findings, session, until_waiting


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


SLOW: Final = """
CREATE FUNCTION altyn.slow() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN new; END';
CREATE TRIGGER slow BEFORE INSERT ON altyn.outbox FOR EACH ROW
    WHEN (new.name = 'slow.put') EXECUTE FUNCTION altyn.slow();
"""


async def test_a_place_is_given_only_to_who_is_known_to_be_under_way(
    store: PostgresStore, postgres_url: str
) -> None:
    """One who has his place and has written nothing yet is waited for by those who read."""
    outbox = PostgresOutbox(store)
    first, slow, quick = event(), event("slow.put"), event()
    await outbox.put([first])
    async with session(postgres_url) as holder:
        await holder.execute(SLOW)
        async with holder.transaction():
            await holder.execute("SELECT pg_advisory_xact_lock(1)")
            put = asyncio.create_task(outbox.put([slow]))
            await until_waiting(postgres_url, 1)
            await outbox.put([quick])
            seen = list(await outbox.after(0, 10))
    await put
    seen += await outbox.after(seen[-1][0], 10)
    assert [each for _, each in seen] == [first, slow, quick]


class PostgresLedgerMachine(LedgerMachine):
    """Histories as hypothesis invents them; the auditor agrees with each at its end."""

    url: ClassVar[str]

    async def opened(self) -> tuple[Ledger, HandClock]:
        await asyncio.to_thread(empty, self.url)
        self.stack = AsyncExitStack()
        self.store = await self.stack.enter_async_context(
            open_postgres(self.url, connections_max=1)
        )
        clock = ManualClock()
        return PostgresLedger(self.store, clock), clock

    async def closed(self) -> None:
        async with self.stack:
            assert await findings(self.store) == []


TestPostgresLedgerMachine = PostgresLedgerMachine.TestCase
TestPostgresLedgerMachine.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None
)


@pytest.fixture(autouse=True)
def _database_of_the_machine(postgres_url: str) -> None:
    """One for all of its histories, emptied for each."""
    PostgresLedgerMachine.url = postgres_url

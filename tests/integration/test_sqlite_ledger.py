"""The ledger in SQLite passes the contract, and any history played on it agrees with a model."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from altyn.adapters.memory import ManualClock, MemoryLedger, MemoryStore
from altyn.adapters.sqlite import (
    SqliteAuditor,
    SqliteLedger,
    SqliteSchema,
    SqliteStore,
    open_sqlite,
)
from altyn.core.balances import Ledger, Receipt, account_name
from altyn.core.money import RUB, XTR
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    CommandSource,
    HandClock,
    LedgerContract,
    LedgerMachine,
    agree,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A migrated, empty file."""
    async with open_sqlite(tmp_path / "altyn.db") as store:
        await SqliteSchema(store).migrate()
        yield store


async def sound(store: SqliteStore) -> bool:
    """Whether an audit finds nothing."""
    return not [each async for each in SqliteAuditor(store).examine() if each.finding]


class TestSqliteLedger(LedgerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def ledger(self, store: SqliteStore, clock: ManualClock) -> Ledger:
        return SqliteLedger(store, clock)

    @pytest.fixture
    def transaction(self, store: SqliteStore) -> Transaction:
        return store


class SqliteLedgerMachine(LedgerMachine):
    """Histories as hypothesis invents them; the auditor agrees with each at its end."""

    async def opened(self) -> tuple[Ledger, HandClock]:
        self.stack = AsyncExitStack()
        folder = self.stack.enter_context(TemporaryDirectory())
        self.store = await self.stack.enter_async_context(open_sqlite(Path(folder, "altyn.db")))
        await SqliteSchema(self.store).migrate()
        clock = ManualClock()
        return SqliteLedger(self.store, clock), clock

    async def closed(self) -> None:
        async with self.stack:
            assert await sound(self.store)


TestSqliteLedgerMachine = SqliteLedgerMachine.TestCase
TestSqliteLedgerMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("seed", range(6))
async def test_batches_of_any_size_agree_with_memory(store: SqliteStore, seed: int) -> None:
    """Batches of 1 to 500 commands get the verdicts and balances that they get in memory."""
    random, clock = Random(seed), ManualClock()
    names = [account_name(f"user:{n}") for n in range(3 + 3 * seed)]
    source = CommandSource(random, names, (XTR, RUB))
    ledger, memory = SqliteLedger(store, clock), MemoryLedger(MemoryStore(), clock)
    for account in source.opening:
        await ledger.open(account)
        await memory.open(account)
    done = refused = 0
    sizes = [1, 2, 3, 500, *(random.randint(1, 500) for _ in range(4))]
    for commands in (source.funding(), *(source.batch(n, clock.now()) for n in sizes)):
        said = await ledger.carry_out(commands)
        expected = await memory.carry_out(commands)
        for command, one, other in zip(commands, said, expected, strict=True):
            assert agree(one, other), command
        done += sum(isinstance(each, Receipt) for each in said)
        refused += sum(not isinstance(each, Receipt) for each in said)
        clock.advance(seconds=20)
    assert min(done, refused) > 200  # enough of both kinds to mean something
    for name in names:
        assert await ledger.balances(name) == await memory.balances(name)
        for asset in (XTR, RUB):
            mine = await ledger.statement(name, asset, limit=10_000)
            assert mine == await memory.statement(name, asset, limit=10_000)
    assert await sound(store)

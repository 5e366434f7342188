"""The ledger in memory passes the contract, and any history played on it agrees with a model."""

from random import Random

import pytest

from altyn.adapters.memory import ManualClock, MemoryLedger, MemoryStore
from altyn.core.balances import Ledger, Receipt, account_name
from altyn.core.money import RUB, XTR
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import (
    CommandSource,
    HandClock,
    LedgerContract,
    LedgerMachine,
    LedgerModel,
    agree,
)
from tests.unit.machines import played


class TestMemoryLedger(LedgerContract):
    """Every sentence of the port."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def ledger(self, store: MemoryStore, clock: ManualClock) -> Ledger:
        return MemoryLedger(store, clock)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class MemoryLedgerMachine(LedgerMachine):
    """Histories as hypothesis invents them."""

    async def opened(self) -> tuple[Ledger, HandClock]:
        clock = ManualClock()
        return MemoryLedger(MemoryStore(), clock), clock


TestMemoryLedgerMachine = MemoryLedgerMachine.TestCase
TestMemoryLedgerMachine.settings = played(examples=60, steps=25)


@pytest.mark.parametrize("seed", range(4))
async def test_long_batches_agree_with_the_model(seed: int) -> None:
    """Batches of 1 to 500 commands get the verdicts of commands played one by one on paper."""
    random, clock = Random(seed), ManualClock()
    names = [account_name(f"user:{n}") for n in range(8)]
    source = CommandSource(random, names, (XTR, RUB))
    ledger, model = MemoryLedger(MemoryStore(), clock), LedgerModel()
    for account in source.opening:
        await ledger.open(account)
        assert model.open(account, clock.now()) is None
    done = 0
    for commands in (source.funding(), *(source.batch(n, clock.now()) for n in (1, 50, 500))):
        said = await ledger.carry_out(commands)
        expected = model.carry_out(commands, clock.now())
        for command, one, other in zip(commands, said, expected, strict=True):
            assert agree(one, other), command
        done += sum(isinstance(each, Receipt) for each in said)
        clock.advance(seconds=20)
    assert 150 < done < 500  # enough of both kinds to mean something

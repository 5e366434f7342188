"""Tasks and their bell in memory pass the contract."""

import pytest

from altyn.adapters.memory import ManualClock, MemoryStore, MemoryTasks
from altyn.core.bells import Bell, HandBell
from altyn.core.tasks import Tasks
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import BellContract, TasksContract, TasksMachine
from altyn.entrypoints.testkit.cache import Passing
from tests.unit.machines import played


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


class TestMemoryTasks(TasksContract):
    """Every sentence of the port."""

    @pytest.fixture
    def tasks(self, store: MemoryStore, clock: ManualClock) -> Tasks:
        return MemoryTasks(store, clock)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

    @pytest.fixture
    def passing(self, clock: ManualClock) -> Passing:
        async def advance(seconds: float) -> None:
            clock.advance(seconds=seconds)

        return advance


class TestMemoryBell(BellContract):
    """Every sentence of the port."""

    @pytest.fixture
    def bell(self) -> Bell:
        return HandBell()

    @pytest.fixture
    def tasks(self, store: MemoryStore, clock: ManualClock, bell: HandBell) -> Tasks:
        return MemoryTasks(store, clock, bell)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store


class MemoryTasksMachine(TasksMachine):
    """Histories as hypothesis invents them."""

    async def opened(self) -> tuple[Tasks, Passing]:
        clock = ManualClock()

        async def advance(seconds: float) -> None:
            clock.advance(seconds=seconds)

        return MemoryTasks(MemoryStore(), clock), advance


TestMemoryTasksMachine = MemoryTasksMachine.TestCase
TestMemoryTasksMachine.settings = played(30, 25)

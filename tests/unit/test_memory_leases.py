"""Leases in memory pass the contract."""

import pytest

from altyn.adapters.memory import ManualClock, MemoryLeases, MemoryStore
from altyn.core.leases import Leases
from altyn.core.transaction import Transaction
from altyn.entrypoints.testkit import LeasesContract
from altyn.entrypoints.testkit.cache import Passing


class TestMemoryLeases(LeasesContract):
    """Every sentence of the port."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock()

    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()

    @pytest.fixture
    def leases(self, store: MemoryStore, clock: ManualClock) -> Leases:
        return MemoryLeases(store, clock)

    @pytest.fixture
    def transaction(self, store: MemoryStore) -> Transaction:
        return store

    @pytest.fixture
    def passing(self, clock: ManualClock) -> Passing:
        async def advance(seconds: float) -> None:
            clock.advance(seconds=seconds)

        return advance

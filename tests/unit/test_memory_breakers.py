"""Trips shared in memory pass the contract."""

import pytest

from altyn.adapters.memory import ManualTicks, MemoryTrips
from altyn.core.resilience import SharedTrips
from altyn.entrypoints.testkit import Passing, SharedTripsContract


class TestMemoryTrips(SharedTripsContract):
    """Every sentence of the port."""

    @pytest.fixture
    def ticks(self) -> ManualTicks:
        return ManualTicks()

    @pytest.fixture
    def trips(self, ticks: ManualTicks) -> SharedTrips:
        return MemoryTrips(ticks)

    @pytest.fixture
    def passing(self, ticks: ManualTicks) -> Passing:
        async def advance(seconds: float) -> None:
            ticks.advance(seconds=seconds)

        return advance

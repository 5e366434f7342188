"""The contract of `core.resilience.SharedTrips`."""

import asyncio
from typing import Final

import pytest

from ...core.resilience import Place, SharedTrips, Trip
from .cache import Passing

MINUTE: Final = 60_000_000
LEEWAY: Final = 20_000_000
"""Ticks by which a slow machine may be late."""


async def tripped(trips: SharedTrips, name: str = "shop", open_ticks: int = MINUTE) -> Trip:
    """A trip that was not known before."""
    assert await trips.look(name) is None
    return await trips.trip(name, open_ticks)


@pytest.mark.asyncio
class SharedTripsContract:
    """
    What every place where trips are shared does. Subclass it in a test and override three
    fixtures: `trips`, where nothing happened yet; `other`, the same place as another process sees
    it, or the same; and `passing`, which lets time pass for both without waiting.
    """

    @pytest.fixture
    def trips(self) -> SharedTrips:
        """An empty place."""
        raise NotImplementedError("override the fixture `trips`")

    @pytest.fixture
    def other(self, trips: SharedTrips) -> SharedTrips:
        """Another way to the same place."""
        return trips

    @pytest.fixture
    def passing(self) -> Passing:
        """What lets time pass."""
        raise NotImplementedError("override the fixture `passing`")

    async def test_a_trip_is_seen_by_all(self, trips: SharedTrips, other: SharedTrips) -> None:
        """With its id and what is left of its time."""
        trip = await tripped(trips)
        assert trip.ticks_left == MINUTE
        for each in (trips, other):
            seen = await each.look("shop")
            assert seen is not None
            assert seen.id == trip.id
            assert MINUTE - LEEWAY <= seen.ticks_left <= MINUTE

    async def test_the_first_trip_holds(
        self, trips: SharedTrips, other: SharedTrips, passing: Passing
    ) -> None:
        """Whoever trips while it rests is told of the trip that holds, which stays as it was."""
        first = await tripped(trips)
        await passing(20)
        second = await other.trip("shop", 10 * MINUTE)
        seen = await trips.look("shop")
        assert seen is not None
        assert first.id == second.id == seen.id
        assert 40_000_000 - LEEWAY <= seen.ticks_left <= second.ticks_left <= 40_000_000

    async def test_a_trip_ends(
        self, trips: SharedTrips, other: SharedTrips, passing: Passing
    ) -> None:
        """After its time; the next one is another."""
        first = await tripped(trips)
        await passing(30)
        assert await other.look("shop") is not None
        await passing(30.1)
        second = await tripped(other)
        assert second.id != first.id
        assert second.ticks_left == MINUTE

    async def test_dependencies_do_not_know_each_other(self, trips: SharedTrips) -> None:
        """Neither their trips nor their probes."""
        await tripped(trips, "shop")
        assert await trips.look("bank") is None
        assert await trips.probe("bank", Place("a"), 1, MINUTE) is True
        assert await trips.probe("mill", Place("b"), 1, MINUTE) is True
        await trips.give_back("mill", Place("a"))
        assert await trips.probe("bank", Place("c"), 1, MINUTE) is False

    async def test_so_many_probe_at_once(self, trips: SharedTrips, other: SharedTrips) -> None:
        """Over all processes, however many ask together."""
        asked = (
            (trips, other)[number % 2].probe("shop", Place(str(number)), 3, MINUTE)
            for number in range(64)
        )
        told = await asyncio.gather(*asked)
        assert told.count(True) == 3
        assert told.count(False) == 61

    async def test_a_place_given_back_is_free(self, trips: SharedTrips, other: SharedTrips) -> None:
        """Once: giving it back again, or one that never was, changes nothing."""
        assert await trips.probe("shop", Place("a"), 2, MINUTE) is True
        assert await trips.probe("shop", Place("b"), 2, MINUTE) is True
        await other.give_back("shop", Place("never"))
        assert await other.probe("shop", Place("c"), 2, MINUTE) is False
        await trips.give_back("shop", Place("a"))
        await trips.give_back("shop", Place("a"))
        assert await other.probe("shop", Place("c"), 2, MINUTE) is True
        assert await other.probe("shop", Place("d"), 2, MINUTE) is False

    async def test_a_place_ends(
        self, trips: SharedTrips, other: SharedTrips, passing: Passing
    ) -> None:
        """Each after its own time, so that nobody takes one away for ever."""
        assert await trips.probe("shop", Place("a"), 2, MINUTE) is True
        assert await trips.probe("shop", Place("b"), 2, 3 * MINUTE) is True
        await passing(30)
        assert await other.probe("shop", Place("c"), 2, 9 * MINUTE) is False
        await passing(30.1)
        assert await other.probe("shop", Place("c"), 2, 9 * MINUTE) is True
        assert await other.probe("shop", Place("d"), 2, MINUTE) is False
        await passing(60)
        assert await other.probe("shop", Place("d"), 2, MINUTE) is False
        await passing(60)
        assert await other.probe("shop", Place("d"), 2, MINUTE) is True

    async def test_nobody_probes_what_rests(
        self, trips: SharedTrips, other: SharedTrips, passing: Passing
    ) -> None:
        """Whoever wants to is told of the trip; no place is taken."""
        trip = await tripped(trips)
        for place in "abc":
            told = await other.probe("shop", Place(place), 1, 2 * MINUTE)
            assert isinstance(told, Trip)
            assert told.id == trip.id
            assert 0 < told.ticks_left <= MINUTE
        await passing(60.1)
        assert await other.probe("shop", Place("d"), 1, MINUTE) is True

"""Guards of several processes learn of each other's trips, and go on alone when they must."""

import asyncio
from collections.abc import Callable

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualTicks, MemoryTrips
from altyn.core.errors import Unavailable
from altyn.core.resilience import (
    BreakerPolicy,
    CircuitOpen,
    Guard,
    Place,
    SharedTrips,
    SharingAway,
    State,
    Trip,
)

POLICY = BreakerPolicy(
    volume_min=2, failures_min=2, open_seconds=30, probes=2, probe_seconds=60, steps=()
)


@define
class Wire:
    """The way of one process to the shared place: it counts, may be cut, and may be held."""

    place: SharedTrips
    asked: list[str] = field(factory=list)
    cut: bool = False
    held: asyncio.Event | None = None

    async def _travel(self, what: str) -> None:
        self.asked.append(what)
        if self.cut:
            raise SharingAway("cut")

    async def _return(self) -> None:
        if self.held is not None:
            await self.held.wait()

    async def look(self, name: str) -> Trip | None:
        """As the port says."""
        await self._travel("look")
        told = await self.place.look(name)
        await self._return()
        return told

    async def trip(self, name: str, open_ticks: int) -> Trip:
        """As the port says."""
        await self._travel("trip")
        told = await self.place.trip(name, open_ticks)
        await self._return()
        return told

    async def probe(self, name: str, place: Place, probes: int, probe_ticks: int) -> Trip | bool:
        """As the port says."""
        await self._travel("probe")
        told = await self.place.probe(name, place, probes, probe_ticks)
        await self._return()
        return told

    async def give_back(self, name: str, place: Place) -> None:
        """As the port says."""
        await self._travel("give_back")
        await self.place.give_back(name, place)


@pytest.fixture
def ticks() -> ManualTicks:
    """The same time for all."""
    return ManualTicks()


@pytest.fixture
def place(ticks: ManualTicks) -> MemoryTrips:
    """Where all of them meet."""
    return MemoryTrips(ticks)


@pytest.fixture
def wires(place: MemoryTrips) -> tuple[Wire, Wire]:
    """One for each process."""
    return Wire(place), Wire(place)


@pytest.fixture
def guards(wires: tuple[Wire, Wire], ticks: ManualTicks) -> tuple[Guard, Guard]:
    """One for each process."""
    one, two = (Guard("shop", POLICY, ticks=ticks, shared=wire) for wire in wires)
    return one, two


async def settled() -> None:
    """Let all errands that can end do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def well(guard: Guard) -> None:
    """A call that works; the errands that it causes are run."""

    async def call() -> str:
        return "yes"

    assert await guard(call) == "yes"
    await settled()


async def fails(guard: Guard) -> None:
    """A call that does not."""

    async def call() -> None:
        raise Unavailable

    with pytest.raises(Unavailable) as raised:
        await guard(call)
    assert not isinstance(raised.value, CircuitOpen)
    await settled()


async def refused(guard: Guard) -> float:
    """A call that is not begun; after how many seconds to come back."""

    async def call() -> None:
        pytest.fail("it was called")

    with pytest.raises(CircuitOpen) as raised:
        await guard(call)
    await settled()
    return raised.value.retry_after_seconds


async def inside(guard: Guard) -> tuple[asyncio.Task[None], Callable[[], None]]:
    """A call that went and waits, and what lets it end well."""
    end, began = asyncio.Event(), asyncio.Event()

    async def call() -> None:
        began.set()
        await end.wait()

    task = asyncio.create_task(guard(call))
    await began.wait()
    return task, end.set


def state(guard: Guard) -> State:
    """What it says, asked anew: to the type checker an attribute just looked at stays the same."""
    return guard.state


async def trip(guard: Guard) -> None:
    """Two failures open it."""
    await fails(guard)
    await fails(guard)
    assert state(guard) is State.OPEN


async def both_open(guards: tuple[Guard, Guard], ticks: ManualTicks) -> None:
    """The first trips, the second hears of it."""
    await trip(guards[0])
    await well(guards[1])
    assert state(guards[1]) is State.OPEN


class TestTrips:
    async def test_a_trip_opens_the_others(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """For as long as is left of it, within a second."""
        one, two = guards
        await well(two)
        await trip(one)
        ticks.advance(microseconds=999_999)
        await well(two)
        assert state(two) is State.CLOSED
        ticks.advance(microseconds=1)
        await well(two)  # asks for news, and is not kept waiting for them
        assert await refused(two) == 29
        assert await refused(one) == 29

    async def test_a_closed_one_asks_once_a_second(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """However many calls there are, and none of them waits."""
        wires[0].held = asyncio.Event()
        for _ in range(50):
            await well(guards[0])
        assert wires[0].asked == ["look"]
        ticks.advance(seconds=1)
        for _ in range(50):
            await well(guards[0])
        assert wires[0].asked == ["look", "look"]
        wires[0].held.set()
        await settled()
        assert state(guards[0]) is State.CLOSED

    async def test_late_outcomes_are_ignored_there_too(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """A call that began before the news says nothing after it."""
        one, two = guards
        task, end = await inside(two)
        await settled()
        ticks.advance(seconds=1)
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        probe, probe_ends = await inside(two)
        end()
        await task
        await well(two)
        assert state(two) is State.HALF_OPEN
        probe_ends()
        await probe
        assert state(two) is State.CLOSED
        assert state(one) is State.OPEN

    async def test_a_late_permit_is_ignored_there_too(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """Whichever way the call went."""
        _, two = guards
        permit = two.permit()
        await permit.__aenter__()
        ticks.advance(seconds=1)
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        await well(two)
        await well(two)
        assert state(two) is State.CLOSED
        assert not await permit.__aexit__(Unavailable, Unavailable(), None)
        await fails(two)
        assert state(two) is State.CLOSED

    async def test_two_trips_at_once_are_one(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks, place: MemoryTrips
    ) -> None:
        """The second finds that it rests already; neither is shortened."""
        one, two = guards
        await well(two)
        await trip(one)
        first = await place.look("shop")
        ticks.advance(seconds=0.5)
        await trip(two)
        second = await place.look("shop")
        assert first is not None
        assert second is not None
        assert first.id == second.id
        assert second.ticks_left == 29_500_000
        assert await refused(two) == 30
        assert await refused(one) == 29.5

    async def test_one_that_was_told_late_rests_as_long_as_the_others(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """So its probe never comes before their rest is over."""
        one, _ = guards
        wires[0].held = asyncio.Event()
        await trip(one)
        ticks.advance(seconds=0.2)
        wires[0].held.set()
        await settled()
        assert await refused(one) == 30

    async def test_a_known_trip_is_no_news(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """Whoever closes its own by hand stays closed until somebody trips anew."""
        one, two = guards
        await both_open(guards, ticks)
        for each in guards:
            each.reset()
        ticks.advance(seconds=1)
        for each in guards:
            await well(each)
            assert state(each) is State.CLOSED
        ticks.advance(seconds=29)
        await trip(one)
        ticks.advance(seconds=1)
        await well(two)
        assert state(two) is State.OPEN

    async def test_an_operator_opens_all(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """By hand is a trip like any other."""
        guards[0].trip()
        await settled()
        await well(guards[1])
        assert state(guards[1]) is State.OPEN

    async def test_it_rests_longer_each_time(self, place: MemoryTrips, ticks: ManualTicks) -> None:
        """Trips of others count."""
        policy = BreakerPolicy(
            volume_min=2, failures_min=2, open_seconds=30, open_seconds_max=300, steps=()
        )
        one, two = (Guard("shop", policy, ticks=ticks, shared=place) for _ in range(2))
        await both_open((one, two), ticks)
        ticks.advance(seconds=30)
        await fails(one)
        assert await refused(two) == 60
        ticks.advance(seconds=60)
        await fails(two)
        assert await refused(two) == 120


class TestProbes:
    async def test_the_bound_is_that_of_all(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """One here and one there are two; the place of one that ended is free."""
        one, two = guards
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        here, here_ends = await inside(one)
        there, there_ends = await inside(two)
        assert await refused(one) == 1
        assert await refused(two) == 1
        assert [state(each) for each in guards] == [State.HALF_OPEN, State.HALF_OPEN]
        here_ends()
        await here
        await settled()
        await well(two)
        assert state(two) is State.HALF_OPEN
        there_ends()
        await there
        assert state(two) is State.CLOSED
        await settled()
        await well(one)
        assert state(one) is State.CLOSED

    async def test_of_64_here_and_64_there_two_go(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """All at once."""
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        end = asyncio.Event()
        went = 0

        async def call() -> None:
            nonlocal went
            went += 1
            await end.wait()

        callers = [asyncio.create_task(guard(call)) for guard in guards for _ in range(64)]
        await settled()
        assert went == sum(not each.done() for each in callers) == 2
        end.set()
        told = await asyncio.gather(*callers, return_exceptions=True)
        assert sum(isinstance(each, CircuitOpen) for each in told) == 126

    async def test_only_a_probe_asks_for_a_place(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire]
    ) -> None:
        """Nobody else waits for an answer, whichever way the call goes."""
        async with guards[0].permit():
            await well(guards[0])
        assert wires[0].asked == ["look"]

    async def test_a_cancelled_probe_gives_its_place_back(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """For the others as well."""
        one, two = guards
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        for _ in range(2):
            task, _ = await inside(one)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await settled()
        await inside(two)
        await inside(two)
        assert await refused(one) == 1

    async def test_one_cancelled_while_it_asks_for_a_place_gives_it_back(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """The one that was granted meanwhile, and its own here."""
        one, two = guards
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        for _ in range(2):
            wires[0].held = asyncio.Event()
            task = asyncio.create_task(refused(one))
            await settled()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            wires[0].held = None
            await settled()
        await inside(two)
        await inside(two)
        assert await refused(one) == 1
        assert state(one) is State.HALF_OPEN

    async def test_one_that_is_told_of_a_trip_opens(
        self, guards: tuple[Guard, Guard], ticks: ManualTicks
    ) -> None:
        """It need not find out by itself."""
        one, two = guards
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        await fails(two)
        ticks.advance(microseconds=250_000)
        assert await refused(one) == 29.75
        assert state(one) is State.OPEN

    async def test_whoever_asks_for_a_place_while_it_trips_does_not_go(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """The place that was granted is given back."""
        one, two = guards
        await both_open(guards, ticks)
        ticks.advance(seconds=30)
        wires[0].held = asyncio.Event()
        asking = asyncio.create_task(refused(one))
        await settled()
        one.trip()
        wires[0].held.set()
        assert await asking == 30
        ticks.advance(seconds=30)
        await inside(two)
        await inside(two)
        assert await refused(one) == 1


class TestAlone:
    async def test_without_the_others_it_works_as_ever(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """It trips, probes within its own bound, and closes."""
        one, _ = guards
        wires[0].cut = True
        await well(one)
        await trip(one)
        assert await refused(one) == 30
        ticks.advance(seconds=30)
        first, first_ends = await inside(one)
        second, second_ends = await inside(one)
        assert await refused(one) == 1
        first_ends()
        second_ends()
        await asyncio.gather(first, second)
        assert state(one) is State.CLOSED

    async def test_it_does_not_ask_in_vain_all_the_time(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """What did not answer is left alone for a second, also by probes."""
        one, _ = guards
        await trip(one)
        wires[0].cut = True
        wires[0].asked.clear()
        ticks.advance(seconds=30)
        first, _ = await inside(one)
        await settled()
        # The look and the probe were under way together, or one of them already told.
        assert sorted(wires[0].asked) in (["look"], ["look", "probe"])
        wires[0].asked.clear()
        first.cancel()
        await settled()
        for _ in range(3):
            second, _ = await inside(one)
            second.cancel()
            await settled()
        assert "probe" not in wires[0].asked
        assert "look" not in wires[0].asked

    async def test_the_first_probe_in_vain_is_the_last(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """The next one does not wait for what did not answer."""
        one, _ = guards
        await trip(one)
        ticks.advance(seconds=29.5)
        await refused(one)
        ticks.advance(seconds=0.5)
        wires[0].cut = True
        wires[0].asked.clear()
        await inside(one)
        await inside(one)
        assert wires[0].asked == ["probe"]

    async def test_once_they_are_back_it_asks_again(
        self, guards: tuple[Guard, Guard], wires: tuple[Wire, Wire], ticks: ManualTicks
    ) -> None:
        """A second later at the latest."""
        one, two = guards
        wires[0].cut = True
        await well(one)
        wires[0].cut = False
        await trip(two)
        ticks.advance(seconds=1)
        await well(one)
        assert await refused(one) == 29
        ticks.advance(seconds=29)
        await inside(two)
        await inside(two)
        assert await refused(one) == 1

    def test_why_is_told(self) -> None:
        """In words without an address."""
        assert str(SharingAway("cut")) == "breakers are not shared now: cut"

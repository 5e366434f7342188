"""The meter in memory passes the contract, and forgets nothing that is still owed."""

import tracemalloc
from fractions import Fraction

import pytest
from attrs import frozen

from altyn.adapters.memory import ManualTicks, MemoryMeter
from altyn.adapters.memory.limits import PLACES_MAX
from altyn.core.clock import ticks
from altyn.core.limits import (
    Admission,
    Concurrency,
    Demand,
    FixedWindow,
    Meter,
    MeterFull,
    Policy,
    Rate,
    StrictWindow,
)
from altyn.entrypoints.testkit import HandTicks, LimitsMachine, MeterContract
from tests.unit.machines import played


@frozen
class Hand:
    """Moves the ticks of a meter."""

    ticks: ManualTicks

    async def advance(self, microseconds: int) -> None:
        """As the contract says."""
        self.ticks.advance(microseconds=microseconds)


class TestMemoryMeter(MeterContract):
    """Every sentence of the port."""

    @pytest.fixture
    def ticks(self) -> ManualTicks:
        return ManualTicks()

    @pytest.fixture
    def clock(self, ticks: ManualTicks) -> HandTicks:
        return Hand(ticks)

    @pytest.fixture
    def meter(self, ticks: ManualTicks) -> Meter:
        return MemoryMeter(ticks)


HOUR = FixedWindow(name="hour", limit=5, seconds=3600)
SECOND = FixedWindow(name="second", limit=5, seconds=1)
RATE = Rate(name="rate", count=1, seconds=3600, burst=5)
STRICT = StrictWindow(name="strict", limit=1000, seconds=60)
LEASE = Concurrency(name="lease", limit=1000, seconds=60)


async def spent(meter: Meter, key: str, policy: Policy, cost: int = 1) -> Admission:
    """An admission, which must be one."""
    admission = await meter.admit((key, policy, cost))
    assert admission.admitted
    return admission


async def full(meter: Meter, *demands: Demand) -> int:
    """What is not admitted since there is no room: how much there is already."""
    with pytest.raises(MeterFull) as refused:
        await meter.admit(*demands)
    return refused.value.places


class TestMemory:
    """It is bounded, and what is owed stays in it."""

    @pytest.fixture
    def ticks(self) -> ManualTicks:
        return ManualTicks()

    @pytest.fixture
    def meter(self, ticks: ManualTicks) -> MemoryMeter:
        """One with ten places."""
        return MemoryMeter(ticks, 10)

    @pytest.mark.parametrize("policy", [HOUR, RATE, STRICT, LEASE], ids=lambda each: each.kind)
    async def test_a_full_meter_refuses_what_is_new(
        self, meter: MemoryMeter, policy: Policy
    ) -> None:
        """Rather than forget what is owed; in a set too."""
        for number in range(10):
            await spent(meter, f"key{number}", policy, 4)
        assert await full(meter, ("new", policy, 1)) == 10
        assert await full(meter, ("key1", policy, 1), ("new", policy, 1)) == 10
        for number in range(10):
            look = await meter.peek((f"key{number}", policy, 1))
            assert look.remaining == policy.most - 5
        assert (await meter.peek(("new", policy, 1))).admitted

    async def test_a_full_meter_serves_those_it_knows(self, meter: MemoryMeter) -> None:
        """One by one and together; what it refuses needs no room."""
        for number in range(5):
            for policy in (HOUR, RATE):
                await spent(meter, f"key{number}", policy, 3)
        for number in range(5):
            await spent(meter, f"key{number}", HOUR)
            demands: list[Demand] = [(f"key{number}", HOUR, 1), (f"key{number}", RATE, 1)]
            assert (await meter.admit(*demands)).admitted
            assert not (await meter.admit(*demands)).admitted
        refusal = await meter.admit(("key1", HOUR, 1), ("new", RATE, 1))
        assert refusal.refused_by is HOUR
        await full(meter, ("new", HOUR, 1))

    async def test_what_is_owed_no_more_makes_room(
        self, meter: MemoryMeter, ticks: ManualTicks
    ) -> None:
        """For as many as there were, not a microsecond sooner, and what is owed stays."""
        for number in range(5):
            await spent(meter, f"long{number}", HOUR, 5)
            await spent(meter, f"short{number}", SECOND, 5)
        ticks.advance(microseconds=999_999)
        await full(meter, ("new0", SECOND, 1))
        ticks.advance(microseconds=1)
        for number in range(5):
            await spent(meter, f"new{number}", SECOND)
        assert await full(meter, ("new5", SECOND, 1)) == 10
        for number in range(5):
            assert not (await meter.peek((f"long{number}", HOUR, 1))).admitted

    @pytest.mark.parametrize("policy", [SECOND, RATE, STRICT, LEASE], ids=lambda each: each.kind)
    async def test_strangers_without_end_fit_into_few_places(
        self, meter: MemoryMeter, ticks: ManualTicks, policy: Policy
    ) -> None:
        """While no more than a few of them owe something at once."""
        for number in range(300):
            _, _, until_idle = (await spent(meter, f"stranger{number}", policy)).answers[0]
            ticks.advance(microseconds=until_idle // 6 + 1)
        assert (await meter.peek(("stranger299", policy, policy.most))).wait > 0

    async def test_a_debt_outlives_any_flood(self, meter: MemoryMeter, ticks: ManualTicks) -> None:
        """To its last microsecond."""
        await spent(meter, "debtor", HOUR, 5)
        for number in range(3599):
            await spent(meter, f"stranger{number}", SECOND)
            ticks.advance(seconds=1)
        ticks.advance(microseconds=999_999)
        assert (await meter.admit(("debtor", HOUR, 1))).wait == 1

    @pytest.mark.parametrize("policy", [STRICT, LEASE], ids=lambda each: each.kind)
    async def test_what_grows_is_bounded_too(
        self, meter: MemoryMeter, ticks: ManualTicks, policy: Policy
    ) -> None:
        """Every admission that is remembered takes a place, whoever looks in between."""
        for _ in range(10):
            await spent(meter, "key", policy, 2)
            await meter.peek(("key", policy, 1))
        assert await full(meter, ("key", policy, 1)) == 10
        assert (await meter.peek(("key", policy, 1))).remaining == 979
        ticks.advance(seconds=60)
        for _ in range(10):
            await spent(meter, "key", policy)
        assert await full(meter, ("key", policy, 1)) == 10

    async def test_a_log_goes_on_for_ever_in_bounded_room(self, ticks: ManualTicks) -> None:
        """Of what counts no more only so much stays."""
        meter = MemoryMeter(ticks, 150)
        for _ in range(1000):
            await spent(meter, "key", STRICT)
            ticks.advance(seconds=1)
        assert (await meter.peek(("key", STRICT, 1))).remaining == 1000 - 59 - 1

    async def test_leases_come_and_go_in_bounded_room(
        self, meter: MemoryMeter, ticks: ManualTicks
    ) -> None:
        """Given back, or ended by themselves."""
        for _ in range(9):
            await spent(meter, "held", LEASE)
        for _ in range(100):
            await meter.release(await spent(meter, "held", LEASE))
        assert await full(meter, ("held", LEASE, 1), ("other", LEASE, 1)) == 9
        ticks.advance(seconds=60)
        for _ in range(100):
            await spent(meter, "held", LEASE)
            ticks.advance(seconds=6)

    @pytest.mark.parametrize("policy", [HOUR, RATE, STRICT, LEASE], ids=lambda each: each.kind)
    async def test_what_was_forgotten_makes_room(self, meter: MemoryMeter, policy: Policy) -> None:
        """The same key again and again, or always another."""
        for number in range(100):
            for key in ("key", f"key{number}"):
                await spent(meter, key, policy, 5)
                await meter.reset(key, policy)
        for number in range(10):
            await spent(meter, f"new{number}", policy)
        assert await full(meter, ("one more", policy, 1)) == 10

    async def test_what_never_was_takes_no_room(self, meter: MemoryMeter) -> None:
        """Neither looking at strangers nor forgetting them."""
        for number in range(100):
            await meter.reset(f"stranger{number}", HOUR)
            await meter.peek((f"stranger{number}", HOUR, 1))
        for number in range(10):
            await spent(meter, f"new{number}", HOUR)
        assert await full(meter, ("one more", HOUR, 1)) == 10

    async def test_what_was_forgiven_makes_room(self, meter: MemoryMeter) -> None:
        """Where it can be."""
        for number in range(100):
            for policy in (HOUR, LEASE):
                await meter.forgive(await spent(meter, f"key{number}", policy))
        for number in range(10):
            await spent(meter, f"new{number}", HOUR)
        assert await full(meter, ("one more", HOUR, 1)) == 10

    async def test_a_set_never_takes_more_room_than_there_is(
        self, meter: MemoryMeter, ticks: ManualTicks
    ) -> None:
        """Though one of its own keys may be swept away while room is made."""
        await spent(meter, "known", SECOND)
        for number in range(9):
            await spent(meter, f"key{number}", HOUR)
        ticks.advance(seconds=1)
        await full(meter, ("known", SECOND, 1), ("new", HOUR, 1))
        await spent(meter, "new", HOUR)
        assert await full(meter, ("known", SECOND, 1)) == 10

    async def test_a_role_finds_room_for_what_it_shares(
        self, meter: MemoryMeter, ticks: ManualTicks
    ) -> None:
        """A key that is known under one limit is known under the other."""
        larger = HOUR.times(Fraction(2))
        for number in range(10):
            await spent(meter, f"key{number}", HOUR, 5)
        for number in range(10):
            await spent(meter, f"key{number}", larger, 5)
        ticks.advance(seconds=3600)
        for number in range(10):
            await spent(meter, f"new{number}", larger, 5)
        assert await full(meter, ("one more", HOUR, 1)) == 10

    async def test_a_long_key_is_not_kept(self, ticks: ManualTicks) -> None:
        """Its name is short, however long it is."""
        meter = MemoryMeter(ticks)
        for policy in (HOUR, RATE, STRICT, LEASE):  # what is made once is made
            await spent(meter, "first", policy)
        tracemalloc.start()
        try:
            for number in range(20):
                for policy in (HOUR, RATE, STRICT, LEASE):
                    await spent(meter, f"{number}" * 100_000, policy)
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 100_000

    async def test_it_goes_by_the_clock_of_the_process(self) -> None:
        """Unless it is given another."""
        meter = MemoryMeter()
        before = ticks()
        admission = await spent(meter, "key", RATE)
        assert before <= admission.at <= ticks()
        assert MeterFull(500_000).places == PLACES_MAX


class MemoryMeterMachine(LimitsMachine):
    """Histories as hypothesis invents them."""

    async def opened(self) -> tuple[Meter, HandTicks]:
        ticks = ManualTicks()
        return MemoryMeter(ticks), Hand(ticks)


TestMemoryMeterMachine = MemoryMeterMachine.TestCase
TestMemoryMeterMachine.settings = played(examples=60, steps=40)

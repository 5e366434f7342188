"""When the shared meter is away money is refused, chat is counted alone, and nobody has to help."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from attrs import define, field, frozen

from altyn.adapters.memory import ManualTicks, MemoryMeter, MemorySignals
from altyn.core.errors import Unavailable
from altyn.core.health import Condition
from altyn.core.limits import (
    Admission,
    Concurrency,
    CostNever,
    Demand,
    DemandsMalformed,
    FixedWindow,
    Meter,
    MeterAway,
    MeterFull,
    Policy,
    Rate,
    SteadyMeter,
)
from altyn.core.resilience import BreakerPolicy, Guard, State
from altyn.entrypoints.testkit import HandTicks, MeterContract

Told = TypeVar("Told")

BREAKER = BreakerPolicy(
    window_seconds=30, volume_min=2, failures_min=2, failure_rate=0.5, open_seconds=15, steps=()
)

MONEY = FixedWindow(name="money", limit=3, seconds=3600)
CHAT = FixedWindow(name="chat", limit=3, seconds=3600, fails_closed=False)
CHAT_RATE = Rate(name="chat.rate", count=1, seconds=1, burst=5, fails_closed=False)
WORK = Concurrency(name="work", limit=2, seconds=60, fails_closed=False)
KEY = "user:42"


@define
class Away(Unavailable):
    """The shared meter does not answer."""

    @property
    def retry_after_seconds(self) -> float | None:
        """Nobody knows."""
        return None


@define
class Line:
    """The shared meter, at the other end of a line that can be cut, and the guard before it."""

    meter: MemoryMeter
    guard: Guard
    is_cut: bool = False
    calls: list[str] = field(factory=list)

    async def admit(self, *demands: Demand) -> Admission:
        """As the port says."""
        return await self._ask("admit", self.meter.admit(*demands))

    async def peek(self, *demands: Demand) -> Admission:
        """As the port says."""
        return await self._ask("peek", self.meter.peek(*demands))

    async def reset(self, key: str, policy: Policy) -> None:
        """As the port says."""
        await self._ask("reset", self.meter.reset(key, policy))

    async def release(self, admission: Admission) -> None:
        """As the port says."""
        await self._ask("release", self.meter.release(admission))

    async def forgive(self, admission: Admission) -> None:
        """As the port says."""
        await self._ask("forgive", self.meter.forgive(admission))

    async def _ask(self, what: str, asked: Coroutine[Any, Any, Told]) -> Told:
        async def call() -> Told:
            self.calls.append(what)
            if self.is_cut:
                raise Away
            return await asked

        try:
            return await self.guard(call)
        finally:
            asked.close()


@frozen
class Hand:
    """Moves all clocks together: of the server, of this process, of the guard."""

    clocks: tuple[ManualTicks, ...]

    async def advance(self, microseconds: int) -> None:
        """As the contract says."""
        for clock in self.clocks:
            clock.advance(microseconds=microseconds)


class Story:
    """A meter that is steady, and both that it stands on."""

    @pytest.fixture
    def here(self) -> ManualTicks:
        """The clock of this process."""
        return ManualTicks()

    @pytest.fixture
    def there(self) -> ManualTicks:
        """The clock of the server, which knows nothing of it."""
        return ManualTicks(1_800_000_000_000_000)

    @pytest.fixture
    def clock(self, here: ManualTicks, there: ManualTicks) -> HandTicks:
        return Hand((here, there))

    @pytest.fixture
    def guard(self, here: ManualTicks) -> Guard:
        return Guard("redis", BREAKER, ticks=here)

    @pytest.fixture
    def line(self, there: ManualTicks, guard: Guard) -> Line:
        return Line(MemoryMeter(there), guard)

    @pytest.fixture
    def alone(self, here: ManualTicks) -> MemoryMeter:
        return MemoryMeter(here)

    @pytest.fixture
    def signals(self) -> MemorySignals:
        return MemorySignals()

    @pytest.fixture
    def meter(
        self, line: Line, alone: MemoryMeter, guard: Guard, signals: MemorySignals
    ) -> SteadyMeter:
        return SteadyMeter(line, alone, guard, signals)


class TestSteadyMeter(Story, MeterContract):
    """While all is well it is a meter as any other."""


async def spent(meter: Meter, policy: Policy, cost: int = 1) -> Admission:
    """An admission, which must be one."""
    admission = await meter.admit((KEY, policy, cost))
    assert admission.admitted
    return admission


async def remaining(meter: Meter, policy: Policy) -> int:
    """What remains after one more; -1 when even that is refused."""
    look = await meter.peek((KEY, policy, 1))
    return look.remaining if look.admitted else -1


class TestAway(Story):
    async def test_all_is_counted_together_while_that_is_possible(
        self, meter: SteadyMeter, line: Line, alone: MemoryMeter, signals: MemorySignals
    ) -> None:
        """By the shared meter, and by nobody else."""
        for policy in (MONEY, CHAT):
            await spent(meter, policy)
            assert (await remaining(line, policy), await remaining(alone, policy)) == (1, 2)
        assert not signals.counts

    async def test_money_is_refused(
        self, meter: SteadyMeter, line: Line, alone: MemoryMeter, signals: MemorySignals
    ) -> None:
        """With a time to come again; nothing is counted."""
        line.is_cut = True
        for ask in (meter.admit, meter.peek):
            with pytest.raises(MeterAway) as away:
                await ask((KEY, MONEY, 1))
            assert away.value.retry_after_seconds == 1
            assert isinstance(away.value.__cause__, Away)
        assert signals.total("limits_refused_uncounted_total") == 2
        assert signals.total("limits_counted_alone_total") == 0
        assert await remaining(alone, MONEY) == 2

    async def test_chat_is_counted_by_this_process_alone(
        self, meter: SteadyMeter, line: Line, signals: MemorySignals
    ) -> None:
        """Up to the same limit."""
        await spent(meter, CHAT)
        line.is_cut = True
        for left in (2, 1, 0):
            assert (await meter.peek((KEY, CHAT, 1))).remaining == left
            assert (await spent(meter, CHAT)).remaining == left
        assert not (await meter.admit((KEY, CHAT, 1))).admitted
        assert signals.total("limits_counted_alone_total") == 7
        assert signals.total("limits_refused_uncounted_total") == 0

    @pytest.mark.parametrize("turn", [1, -1])
    async def test_a_set_with_money_in_it_is_refused(
        self, meter: SteadyMeter, line: Line, alone: MemoryMeter, turn: int
    ) -> None:
        """Nothing of it is counted, wherever the money stands."""
        line.is_cut = True
        demands = [(KEY, MONEY, 1), (KEY, CHAT, 1), (KEY, CHAT_RATE, 1)]
        with pytest.raises(MeterAway):
            await meter.admit(*demands[::turn])
        assert await remaining(alone, CHAT) == 2
        assert (await meter.admit(*demands[1:])).admitted
        assert await remaining(alone, CHAT) == 1

    async def test_what_makes_no_sense_is_told_so(self, meter: SteadyMeter, line: Line) -> None:
        """Waiting would not help, whoever is away."""
        for line.is_cut in (False, True):
            for policy in (MONEY, CHAT):
                with pytest.raises(CostNever):
                    await meter.admit((KEY, policy, 4))
            with pytest.raises(DemandsMalformed):
                await meter.peek()

    async def test_nobody_is_counted_beyond_what_may_be_remembered(
        self, line: Line, here: ManualTicks, guard: Guard
    ) -> None:
        """A process alone has bounds too, and says so."""
        meter = SteadyMeter(line, MemoryMeter(here, 1), guard)
        line.is_cut = True
        await spent(meter, CHAT)
        with pytest.raises(MeterFull):
            await meter.admit((KEY, CHAT_RATE, 1))

    async def test_its_absence_costs_no_call(
        self, meter: SteadyMeter, line: Line, here: ManualTicks
    ) -> None:
        """After two that failed nobody asks until it has rested; one hears for how long."""
        line.is_cut = True
        for _ in range(2):
            await spent(meter, CHAT)
        line.calls.clear()
        here.advance(seconds=3)
        await meter.peek((KEY, CHAT, 1))
        await meter.reset(KEY, CHAT)
        await meter.forgive(await spent(meter, CHAT))
        await meter.release(await spent(meter, WORK))
        with pytest.raises(MeterAway) as away:
            await meter.admit((KEY, MONEY, 1))
        assert away.value.retry_after_seconds == 12
        assert line.calls == []

    async def test_it_comes_back_by_itself(
        self, meter: SteadyMeter, line: Line, here: ManualTicks
    ) -> None:
        """What it counted before it counts still; what was counted alone is left behind."""
        await spent(meter, MONEY)
        line.is_cut = True
        for _ in range(2):
            await spent(meter, CHAT)
        line.is_cut = False
        here.advance(microseconds=14_999_999)
        with pytest.raises(MeterAway):
            await meter.admit((KEY, MONEY, 1))
        here.advance(microseconds=1)
        assert (await spent(meter, MONEY)).remaining == 1
        assert (await spent(meter, CHAT)).remaining == 2
        assert meter.guard.state is State.CLOSED

    async def test_a_refusal_is_no_absence(self, meter: SteadyMeter, line: Line) -> None:
        """However many are refused, and whatever nonsense is asked."""
        await spent(meter, MONEY, 3)
        for _ in range(20):
            assert not (await meter.admit((KEY, MONEY, 1))).admitted
            with pytest.raises(CostNever):
                await meter.admit((KEY, MONEY, 4))
        assert line.calls == ["admit"] * 41
        assert meter.guard.state is State.CLOSED


class TestCondition(Story):
    async def test_it_is_well(self, meter: SteadyMeter) -> None:
        """While the shared meter is."""
        assert meter.name == "limits"
        assert await meter() == Condition(True)

    async def test_it_says_what_is_done_meanwhile(self, meter: SteadyMeter, line: Line) -> None:
        """And how the shared meter is."""
        line.is_cut = True
        for _ in range(2):
            await spent(meter, CHAT)
        assert await meter() == Condition(
            False,
            "limits of money refuse, others are counted by each process alone; "
            "the shared meter rests for 15 s",
        )

    async def test_what_nobody_asks_is_not_held_against_it(
        self, meter: SteadyMeter, line: Line, here: ManualTicks
    ) -> None:
        """An hour after its rest, in which nobody came, it is not known how it is."""
        line.is_cut = True
        for _ in range(2):
            await spent(meter, CHAT)
        here.advance(seconds=3600)
        assert await meter() == Condition(True, "rested: the next call tries it")
        await spent(meter, CHAT)
        assert not (await meter()).well

    async def test_it_is_well_again(
        self, meter: SteadyMeter, line: Line, here: ManualTicks
    ) -> None:
        """After somebody asked."""
        line.is_cut = True
        for _ in range(2):
            await spent(meter, CHAT)
        line.is_cut = False
        here.advance(seconds=15)
        await spent(meter, CHAT)
        assert await meter() == Condition(True)


class TestGivingBack(Story):
    async def test_what_was_shared_is_given_back_there(
        self, meter: SteadyMeter, line: Line
    ) -> None:
        """A lease, a fixed window, a debt."""
        await meter.release(await spent(meter, WORK))
        await meter.forgive(await spent(meter, CHAT))
        await spent(meter, CHAT_RATE)
        await meter.reset(KEY, CHAT_RATE)
        left = [await remaining(line, policy) for policy in (WORK, CHAT, CHAT_RATE)]
        assert left == [1, 2, 4]

    async def test_what_was_counted_alone_is_given_back_here(
        self, meter: SteadyMeter, line: Line, alone: MemoryMeter
    ) -> None:
        """Whether or not the shared meter is back."""
        for back in (False, True):
            line.is_cut = True
            lease, chat = await spent(meter, WORK), await spent(meter, CHAT)
            await spent(meter, CHAT_RATE)
            meter.guard.reset()
            line.is_cut = not back
            await meter.release(lease)
            await meter.forgive(chat)
            await meter.reset(KEY, CHAT_RATE)
            left = [await remaining(alone, policy) for policy in (WORK, CHAT, CHAT_RATE)]
            assert left == [1, 2, 4]
            meter.guard.reset()

    @pytest.mark.parametrize("what", ["release", "forgive", "reset"])
    async def test_what_cannot_be_given_back_stays(
        self,
        meter: SteadyMeter,
        line: Line,
        there: ManualTicks,
        signals: MemorySignals,
        what: str,
    ) -> None:
        """Nobody is bothered with it, and it is told as a number."""
        lease = await spent(meter, WORK)
        line.is_cut = True
        give_back: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "release": lambda: meter.release(lease),
            "forgive": lambda: meter.forgive(lease),
            "reset": lambda: meter.reset(KEY, WORK),
        }
        await give_back[what]()
        assert signals.total("limits_not_told_total", what=what) == 1
        assert signals.total("limits_not_told_total") == 1
        line.is_cut = False
        assert await remaining(line, WORK) == 0
        there.advance(seconds=60)
        assert await remaining(line, WORK) == 1

    async def test_what_is_given_back_is_taken_from_nobody_else(
        self, meter: SteadyMeter, line: Line, alone: MemoryMeter
    ) -> None:
        """What one meter counted the other does not know, though it hears of it."""
        shared = [await spent(meter, WORK), await spent(meter, CHAT)]
        line.is_cut = True
        here = [await spent(meter, WORK), await spent(meter, CHAT)]
        line.is_cut = False
        meter.guard.reset()
        for admission in shared:
            await meter.forgive(admission)
        assert [await remaining(alone, policy) for policy in (WORK, CHAT)] == [0, 1]
        assert [await remaining(line, policy) for policy in (WORK, CHAT)] == [1, 2]
        for policy in (WORK, CHAT):
            await spent(meter, policy)
        for admission in here:
            await meter.forgive(admission)
        assert [await remaining(alone, policy) for policy in (WORK, CHAT)] == [1, 2]
        assert [await remaining(line, policy) for policy in (WORK, CHAT)] == [0, 1]

"""A guard opens when it should, tries as few as it should, and lets the traffic back by steps."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from math import inf, nan
from typing import Any

import pytest
from attrs import define, evolve

from altyn.adapters.memory import ManualTicks, MemorySignals
from altyn.core.errors import Conflict, Missing, Refused, Unavailable
from altyn.core.health import Condition
from altyn.core.lane import TooManyWaiting
from altyn.core.resilience import (
    DEPENDENCIES,
    BreakerPolicy,
    Changed,
    CircuitOpen,
    Guard,
    Outcome,
    OutOfBounds,
    State,
    Step,
    WaitedTooLong,
)

POLICY = BreakerPolicy(
    window_seconds=10,
    volume_min=4,
    failures_min=3,
    failure_rate=0.5,
    open_seconds=30,
    probes=2,
    probe_seconds=20,
    steps=(Step(every=10, successes=2, seconds=5), Step(every=2, successes=1, seconds=5)),
)


@define
class Away(Unavailable):
    """The dependency does not answer."""


@define
class Sold(Refused):
    """The business says no."""


@pytest.fixture
def ticks() -> ManualTicks:
    """The guard's clock."""
    return ManualTicks()


@pytest.fixture
def heard() -> list[Changed]:
    """What the listener was told."""
    return []


@pytest.fixture
def guard(ticks: ManualTicks, heard: list[Changed]) -> Guard:
    """One with the policy above."""
    return guarded(POLICY, ticks, heard)


def guarded(policy: BreakerPolicy, ticks: ManualTicks, heard: list[Changed] | None = None) -> Guard:
    """A guard of the shop."""
    return Guard("shop", policy, ticks=ticks, listener=([] if heard is None else heard).append)


async def well() -> str:
    """A call that works."""
    return "yes"


async def fails() -> str:
    """A call that does not."""
    raise Away


def taking(ticks: ManualTicks, seconds: float) -> Callable[[], Awaitable[str]]:
    """A call that works after so long."""

    async def call() -> str:
        ticks.advance(seconds=seconds)
        return "yes"

    return call


async def play(guard: Guard, story: str) -> None:
    """Calls one after the other: `+` works, `-` fails, `x` must not go at all."""
    for each in story:
        match each:
            case "+":
                assert await guard(well) == "yes"
            case "-":
                with pytest.raises(Away):
                    await guard(fails)
            case "x":
                with pytest.raises(CircuitOpen):
                    await guard(never)


async def never() -> None:
    """A call that must not happen."""
    pytest.fail("it was called")


@define
class Pending:
    """A call under way, which ends when and how the test says."""

    task: asyncio.Task[object]
    end: asyncio.Future[str]

    async def succeed(self) -> None:
        """It works."""
        self.end.set_result("yes")
        assert await self.task == "yes"

    async def fail(self) -> None:
        """It does not."""
        self.end.set_exception(Away())
        with pytest.raises(Away):
            await self.task

    async def cancel(self) -> None:
        """Nobody wants it any more."""
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task


async def begin(guard: Guard) -> Pending:
    """A call that went, and waits."""
    end: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    began = asyncio.Event()

    async def call() -> str:
        began.set()
        return await end

    task: asyncio.Task[object] = asyncio.create_task(guard(call))
    await asyncio.wait(
        [task, waiting := asyncio.create_task(began.wait())], return_when="FIRST_COMPLETED"
    )
    if not began.is_set():
        waiting.cancel()
        await task
    return Pending(task, end)


async def half_open(guard: Guard, ticks: ManualTicks) -> None:
    """Trip it, and let its time pass."""
    await play(guard, "----x")
    ticks.advance(seconds=30)


def state(guard: Guard) -> State:
    """What it says, asked anew: to the type checker an attribute just looked at stays the same."""
    return guard.state


async def recovering(guard: Guard, ticks: ManualTicks) -> None:
    """Bring it to its first step."""
    await half_open(guard, ticks)
    await play(guard, "++")
    assert state(guard) is State.RECOVERING


class TestClosed:
    async def test_a_call_that_works_answers(self, guard: Guard) -> None:
        """What it answers is handed on."""
        assert await guard(well) == "yes"

    async def test_an_error_is_handed_on(self, guard: Guard) -> None:
        """The very one."""
        error = Away()

        async def call() -> None:
            raise error

        with pytest.raises(Away) as raised:
            await guard(call)
        assert raised.value is error

    async def test_it_opens_at_the_share_of_failures(self, guard: Guard) -> None:
        """Three of six are half of them; one less is not."""
        await play(guard, "+++--")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")
        assert state(guard) is State.OPEN

    async def test_a_smaller_share_is_no_reason(self, guard: Guard) -> None:
        """However many fail."""
        await play(guard, "++++---" + "+-" * 20)
        assert state(guard) is State.CLOSED

    async def test_few_calls_are_no_reason(self, guard: Guard) -> None:
        """Below the least volume nothing opens it; the call that reaches it does."""
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_few_failures_are_no_reason(self, ticks: ManualTicks) -> None:
        """Below the least number of failures nothing opens it, whatever their share."""
        guard = guarded(evolve(POLICY, volume_min=1), ticks)
        await play(guard, "--")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_a_success_never_opens_it(self, guard: Guard, ticks: ManualTicks) -> None:
        """Not even the one that completes the volume, whichever way it came."""
        await play(guard, "---+")
        assert state(guard) is State.CLOSED
        guard.reset()
        await play(guard, "---")
        async with guard.permit():
            pass
        assert state(guard) is State.CLOSED
        guard.reset()
        await play(guard, "---")
        ticks.advance(seconds=1)  # the first call of a slice
        await play(guard, "+")
        assert state(guard) is State.CLOSED

    async def test_old_failures_are_forgotten(self, guard: Guard, ticks: ManualTicks) -> None:
        """What is older than the window counts no more."""
        await play(guard, "---")
        ticks.advance(seconds=10)
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_old_failures_are_forgotten_among_other_calls(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Neither number nor share is that of ever."""
        await play(guard, "---")
        ticks.advance(seconds=10)
        await play(guard, "++--")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_young_failures_are_not_forgotten(self, guard: Guard, ticks: ManualTicks) -> None:
        """What is younger than nine tenths of the window counts."""
        ticks.advance(microseconds=999_999)  # the end of a slice
        await play(guard, "---")
        ticks.advance(microseconds=9_000_000)
        await play(guard, "-x")

    async def test_they_are_forgotten_slice_by_slice(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Those of one second go together, the others stay."""
        await play(guard, "++++--")
        ticks.advance(seconds=1)
        await play(guard, "+")
        ticks.advance(seconds=9)
        await play(guard, "---x")

    async def test_successes_are_forgotten_too(self, guard: Guard, ticks: ManualTicks) -> None:
        """A good hour does not outweigh a bad minute."""
        for _ in range(50):
            await play(guard, "+" * 20)
            ticks.advance(seconds=1)
        ticks.advance(seconds=9)
        await play(guard, "----x")

    async def test_after_a_long_rest_it_counts_as_before(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Nothing is left of the time before, and the slices go on."""
        await play(guard, "+++--")
        ticks.advance(seconds=3600.5)
        await play(guard, "---")
        ticks.advance(seconds=8)
        await play(guard, "-x")


class TestSlow:
    @pytest.fixture
    def guard(self, ticks: ManualTicks) -> Guard:
        """Two seconds are long, and less than a slice; three quarters of that are too many."""
        return guarded(evolve(POLICY, window_seconds=100, slow_seconds=2, slow_rate=0.75), ticks)

    async def test_it_opens_at_the_share_of_slow_calls(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Three of four took longer than they may."""
        await guard(well)
        for _ in range(2):
            await guard(taking(ticks, 2.000001))
        assert state(guard) is State.CLOSED
        await guard(taking(ticks, 2.000001))
        assert state(guard) is State.OPEN

    async def test_just_in_time_is_not_slow(self, guard: Guard, ticks: ManualTicks) -> None:
        """Exactly as long as allowed is allowed."""
        for _ in range(20):
            await guard(taking(ticks, 2))
        guard.reset()
        for _ in range(20):
            async with guard.permit():
                ticks.advance(seconds=2)
        assert state(guard) is State.CLOSED

    async def test_a_smaller_share_is_no_reason(self, guard: Guard, ticks: ManualTicks) -> None:
        """Three of five slow calls would be enough if they had failed."""
        await play(guard, "++")
        for _ in range(3):
            await guard(taking(ticks, 2.1))
        assert state(guard) is State.CLOSED

    async def test_slow_and_failed_are_not_added_up(self, guard: Guard, ticks: ManualTicks) -> None:
        """Each is measured by its own threshold."""
        await play(guard, "+++--")
        for _ in range(2):
            await guard(taking(ticks, 2.1))
        assert state(guard) is State.CLOSED

    async def test_old_slow_calls_are_forgotten(self, guard: Guard, ticks: ManualTicks) -> None:
        """As failures are."""
        for _ in range(3):
            await guard(taking(ticks, 2.1))
        ticks.advance(seconds=100)
        await play(guard, "+++")
        await guard(taking(ticks, 2.1))
        assert state(guard) is State.CLOSED

    async def test_a_slow_refusal_is_slow(self, guard: Guard, ticks: ManualTicks) -> None:
        """A healthy answer comes in time."""

        async def refused() -> None:
            ticks.advance(seconds=2.1)
            raise Sold

        for _ in range(4):
            with pytest.raises(Sold):
                await guard(refused)
        assert state(guard) is State.OPEN

    async def test_without_a_limit_nothing_is_slow(self, ticks: ManualTicks) -> None:
        """An hour is fine."""
        guard = guarded(POLICY, ticks)
        for _ in range(10):
            await guard(taking(ticks, 3600))
        assert state(guard) is State.CLOSED

    async def test_a_slow_probe_opens_again(self, guard: Guard, ticks: ManualTicks) -> None:
        """So does a slow call on the way back."""
        await half_open(guard, ticks)
        await guard(taking(ticks, 2.1))
        assert state(guard) is State.OPEN
        ticks.advance(seconds=30)
        await play(guard, "++")
        await guard(taking(ticks, 2.1))
        assert state(guard) is State.OPEN


class TestClassified:
    @pytest.mark.parametrize("error", [Sold(), Missing(), Conflict()])
    async def test_an_answer_of_the_business_is_health(self, guard: Guard, error: Refused) -> None:
        """It never opens, and counts as a success where one is needed."""

        async def call() -> None:
            raise error

        for _ in range(20):
            with pytest.raises(type(error)):
                await guard(call)
        assert state(guard) is State.CLOSED
        await play(guard, "-" * 19)
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    @pytest.mark.parametrize("error", [Unavailable(), TimeoutError(), OSError(), ValueError()])
    async def test_everything_else_is_failure(self, guard: Guard, error: Exception) -> None:
        """Whatever its class."""

        async def call() -> None:
            raise error

        for _ in range(4):
            with pytest.raises(type(error)):
                await guard(call)
        assert state(guard) is State.OPEN

    async def test_an_open_circuit_inside_is_neither(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Nobody was asked."""
        inner = guarded(POLICY, ticks)
        inner.trip()
        for _ in range(20):
            with pytest.raises(CircuitOpen):
                await guard(lambda: inner(never))
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    @pytest.mark.parametrize(
        "error", [TooManyWaiting(20_000), WaitedTooLong("low", 5.0, 1.0)], ids=repr
    )
    async def test_a_queue_of_our_own_is_neither(self, guard: Guard, error: Exception) -> None:
        """However many it turns away: that they came says nothing about the dependency."""

        async def call() -> None:
            raise error

        for _ in range(20):
            with pytest.raises(type(error)):
                await guard(call)
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_a_cancellation_is_neither(self, guard: Guard) -> None:
        """Neither in the number of failures nor in that of calls."""
        for _ in range(20):
            await (await begin(guard)).cancel()
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_the_question_may_be_answered_otherwise(self, ticks: ManualTicks) -> None:
        """A classifier of one's own decides."""
        guard = Guard("shop", POLICY, ticks=ticks, classify=lambda _: Outcome.WELL)
        await play(guard, "-" * 20)
        assert state(guard) is State.CLOSED

    async def test_what_is_awaited_is_counted(self, guard: Guard) -> None:
        """Not the making of a coroutine, which always succeeds."""

        def call() -> Awaitable[str]:
            return fails()

        for _ in range(4):
            with pytest.raises(Away):
                await guard(call)
        assert state(guard) is State.OPEN


class TestOpen:
    async def test_nothing_goes_until_its_time_is_over(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Not a microsecond earlier, and then at once."""
        await play(guard, "----x")
        ticks.advance(microseconds=29_999_999)
        await play(guard, "x")
        ticks.advance(microseconds=1)
        await play(guard, "+")
        assert state(guard) is State.HALF_OPEN

    async def test_the_refusal_says_when_to_come_back(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Exactly, and whom it is about."""
        await play(guard, "----")
        ticks.advance(seconds=10.25)
        with pytest.raises(CircuitOpen) as raised:
            await guard(never)
        refusal = raised.value
        assert refusal.like(CircuitOpen("shop", 19.75))
        assert str(refusal) == "shop rests; try again in 19.8 s"
        assert isinstance(refusal, Unavailable)

    async def test_a_late_success_changes_nothing(self, guard: Guard, ticks: ManualTicks) -> None:
        """One begun before the trip neither closes it nor counts as a probe."""
        early = [await begin(guard) for _ in range(4)]
        await play(guard, "----x")
        await early[0].succeed()
        await play(guard, "x")
        ticks.advance(seconds=30)
        probe = await begin(guard)
        for each in early[1:]:
            await each.succeed()
        assert state(guard) is State.HALF_OPEN
        await probe.succeed()
        assert state(guard) is State.HALF_OPEN
        await play(guard, "+")
        assert state(guard) is State.RECOVERING

    async def test_late_successes_do_not_hasten_the_recovery(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Nor do they count when it is closed again."""
        early = [await begin(guard) for _ in range(4)]
        await recovering(guard, ticks)
        ticks.advance(seconds=5)
        for _ in range(3):
            await early.pop().succeed()
        await play(guard, "+xxxxxxxxx")
        await back(guard, ticks)
        ticks.advance(seconds=10)
        await play(guard, "--")
        await early.pop().succeed()
        await play(guard, "-")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_a_late_failure_changes_nothing(self, guard: Guard, ticks: ManualTicks) -> None:
        """Neither while open nor in half-open, on the way back, nor when closed again."""
        early = [await begin(guard) for _ in range(8)]
        await play(guard, "----")
        ticks.advance(seconds=29)
        await early.pop().fail()
        ticks.advance(seconds=1)
        probe = await begin(guard)
        await early.pop().fail()
        assert state(guard) is State.HALF_OPEN
        await probe.succeed()
        await play(guard, "+")
        await early.pop().fail()
        assert state(guard) is State.RECOVERING
        await back(guard, ticks)
        while early:
            await early.pop().fail()
        await play(guard, "---")
        assert state(guard) is State.CLOSED

    async def test_a_late_failure_does_not_lengthen_it(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """It rests as long as it was going to."""
        early = await begin(guard)
        await play(guard, "----")
        ticks.advance(seconds=29)
        await early.fail()
        ticks.advance(seconds=1)
        await play(guard, "+")

    async def test_it_rests_longer_each_time(self, ticks: ManualTicks) -> None:
        """Doubled up to the cap; a recovery begins from the beginning."""
        guard = guarded(evolve(POLICY, open_seconds_max=100), ticks)
        await play(guard, "----")
        for seconds in (30, 60, 100, 100):
            ticks.advance(seconds=seconds - 0.000_001)
            await play(guard, "x")
            ticks.advance(microseconds=1)
            await play(guard, "-")
        ticks.advance(seconds=100)
        await play(guard, "++")
        await play(guard, "-")
        ticks.advance(seconds=99)
        await play(guard, "x")
        ticks.advance(seconds=1)
        await play(guard, "++")
        await back(guard, ticks)
        await play(guard, "----")
        ticks.advance(seconds=30)
        await play(guard, "+")

    async def test_without_a_cap_it_rests_the_same_each_time(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """Growing is a choice."""
        await play(guard, "----")
        for _ in range(70):
            ticks.advance(seconds=30)
            await play(guard, "-x")

    def test_after_any_number_of_trips_it_rests_no_longer_than_the_cap(self) -> None:
        """Years of trips are no overflow."""
        policy = BreakerPolicy(open_seconds=1, open_seconds_max=60)
        assert policy.open_ticks(5000) == 60_000_000


async def back(guard: Guard, ticks: ManualTicks) -> None:
    """From the first step of recovery to closed."""
    ticks.advance(seconds=10)
    for _ in range(30):
        try:
            await guard(well)
        except CircuitOpen:
            ticks.advance(seconds=5)
    assert state(guard) is State.CLOSED


class TestHalfOpen:
    async def test_as_many_go_as_may_probe(self, guard: Guard, ticks: ManualTicks) -> None:
        """Of 64 who wait exactly two."""
        await half_open(guard, ticks)
        end = asyncio.Event()
        went = 0

        async def call() -> None:
            nonlocal went
            went += 1
            await end.wait()

        callers = [asyncio.create_task(guard(call)) for _ in range(64)]
        done, probing = await asyncio.wait(callers, return_when="FIRST_COMPLETED")
        assert went == len(probing) == 2
        refusals = [each.exception() for each in done]
        assert all(isinstance(each, CircuitOpen) for each in refusals)
        assert {each.retry_after_seconds for each in refusals if isinstance(each, CircuitOpen)} == {
            1
        }
        end.set()
        await asyncio.gather(*probing)
        assert state(guard) is State.RECOVERING

    async def test_the_place_of_a_probe_is_free_after_it(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """One at a time goes as well."""
        await half_open(guard, ticks)
        first, second = await begin(guard), await begin(guard)
        await play(guard, "x")
        await first.succeed()
        assert state(guard) is State.HALF_OPEN
        third = await begin(guard)
        await play(guard, "x")
        await third.succeed()
        assert state(guard) is State.RECOVERING
        await second.succeed()

    async def test_the_place_of_a_cancelled_probe_is_free(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """It counts as nothing."""
        await half_open(guard, ticks)
        for _ in range(5):
            probes = await begin(guard), await begin(guard)
            await play(guard, "x")
            for each in probes:
                await each.cancel()
        assert state(guard) is State.HALF_OPEN
        await play(guard, "+")
        assert state(guard) is State.HALF_OPEN
        await play(guard, "+")
        assert state(guard) is State.RECOVERING

    async def test_a_probe_that_does_not_end_is_replaced(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """After its time, not earlier; whatever it says then is not heard."""
        await half_open(guard, ticks)
        stuck = (
            await begin(guard),
            await begin(guard),
        )
        ticks.advance(microseconds=19_999_999)
        await play(guard, "x")
        ticks.advance(microseconds=1)
        other = await begin(guard)
        await stuck[0].succeed()
        await stuck[1].fail()
        assert state(guard) is State.HALF_OPEN
        await play(guard, "+")
        assert state(guard) is State.HALF_OPEN
        await other.succeed()
        assert state(guard) is State.RECOVERING

    async def test_only_the_late_one_is_replaced(self, guard: Guard, ticks: ManualTicks) -> None:
        """The other keeps its place."""
        await half_open(guard, ticks)
        await begin(guard)
        ticks.advance(seconds=10)
        second = await begin(guard)
        ticks.advance(seconds=10)
        await begin(guard)
        await play(guard, "x")
        await second.succeed()
        await begin(guard)
        await play(guard, "x")

    async def test_a_failing_probe_opens_it(self, guard: Guard, ticks: ManualTicks) -> None:
        """Even when another did well; what becomes of a third does not matter."""
        await half_open(guard, ticks)
        third = await begin(guard)
        await play(guard, "+-x")
        assert state(guard) is State.OPEN
        await third.succeed()
        ticks.advance(seconds=29)
        await play(guard, "x")
        ticks.advance(seconds=1)
        await play(guard, "+")
        assert state(guard) is State.HALF_OPEN

    async def test_a_refusal_of_the_business_is_a_good_probe(
        self, guard: Guard, ticks: ManualTicks
    ) -> None:
        """It answers."""
        await half_open(guard, ticks)

        async def call() -> None:
            raise Sold

        for _ in range(2):
            with pytest.raises(Sold):
                await guard(call)
        assert state(guard) is State.RECOVERING

    async def test_without_steps_it_closes(self, ticks: ManualTicks) -> None:
        """All of the traffic comes back at once."""
        guard = guarded(evolve(POLICY, steps=()), ticks)
        await half_open(guard, ticks)
        await play(guard, "++")
        assert state(guard) is State.CLOSED


class TestRecovering:
    async def test_the_traffic_comes_back_by_steps(
        self, guard: Guard, ticks: ManualTicks, heard: list[Changed]
    ) -> None:
        """Every tenth, then every second, then all; each step tells."""
        await recovering(guard, ticks)
        await play(guard, "+xxxxxxxxx" * 3)
        ticks.advance(seconds=5)
        await play(guard, "+x" * 10)
        ticks.advance(seconds=5)
        await play(guard, "+" * 10)
        told = [(each.before, each.after, each.share) for each in heard]
        assert {each.name for each in heard} == {"shop"}
        assert told == [
            (State.CLOSED, State.OPEN, 0.0),
            (State.OPEN, State.HALF_OPEN, 0.0),
            (State.HALF_OPEN, State.RECOVERING, 0.1),
            (State.RECOVERING, State.RECOVERING, 0.5),
            (State.RECOVERING, State.CLOSED, 1.0),
        ]

    async def test_a_step_takes_its_successes(self, guard: Guard, ticks: ManualTicks) -> None:
        """However long it lasts; the last of them ends it."""
        await recovering(guard, ticks)
        await play(guard, "+")
        ticks.advance(seconds=3600)
        await play(guard, "xxxxxxxxx+" + "+x" * 3)

    async def test_a_step_takes_its_time(self, guard: Guard, ticks: ManualTicks) -> None:
        """However many do well in it."""
        await recovering(guard, ticks)
        await play(guard, "+xxxxxxxxx" * 5)
        ticks.advance(microseconds=4_999_999)
        await play(guard, "+xxxxxxxxx")
        ticks.advance(microseconds=1)
        await play(guard, "+x+x")

    async def test_one_failure_opens_it(self, guard: Guard, ticks: ManualTicks) -> None:
        """In any step."""
        await recovering(guard, ticks)
        await play(guard, "-x")
        ticks.advance(seconds=30)
        await play(guard, "+++xxxxxxxxx+")
        ticks.advance(seconds=5)
        await play(guard, "+x-x")
        assert state(guard) is State.OPEN

    async def test_a_late_probe_still_speaks(self, guard: Guard, ticks: ManualTicks) -> None:
        """It began after the trip: its failure is news."""
        await half_open(guard, ticks)
        probe = await begin(guard)
        await play(guard, "++")
        assert state(guard) is State.RECOVERING
        await probe.fail()
        assert state(guard) is State.OPEN

    async def test_a_late_call_still_speaks_when_closed(self, ticks: ManualTicks) -> None:
        """It began after the trip: it counts like any other."""
        guard = guarded(evolve(POLICY, steps=()), ticks)
        await half_open(guard, ticks)
        late = await begin(guard)
        await play(guard, "++")
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await late.fail()
        assert state(guard) is State.OPEN

    async def test_a_success_may_end_a_step_at_once(
        self, guard: Guard, ticks: ManualTicks, heard: list[Changed]
    ) -> None:
        """Nobody else has to come for it."""
        await recovering(guard, ticks)
        await play(guard, "+xxxxxxxxx")
        second = await begin(guard)
        ticks.advance(seconds=5)
        assert heard[-1].share == 0.1
        await second.succeed()
        assert heard[-1].share == 0.5

    async def test_a_cancelled_call_is_no_success(self, guard: Guard, ticks: ManualTicks) -> None:
        """Nor a failure; its turn is over."""
        await recovering(guard, ticks)
        ticks.advance(seconds=5)
        await (await begin(guard)).cancel()
        await play(guard, "xxxxxxxxx" + "+xxxxxxxxx")
        assert state(guard) is State.RECOVERING

    async def test_closed_again_it_begins_anew(self, ticks: ManualTicks) -> None:
        """The failures from before the trip are forgotten."""
        guard = guarded(evolve(POLICY, open_seconds=1, steps=()), ticks)
        await play(guard, "----")
        ticks.advance(seconds=1)
        await play(guard, "++---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")

    async def test_what_refuses_says_soon(self, guard: Guard, ticks: ManualTicks) -> None:
        """There is no knowing when the turn comes."""
        await recovering(guard, ticks)
        await play(guard, "+")
        with pytest.raises(CircuitOpen) as raised:
            await guard(never)
        assert raised.value.retry_after_seconds == 1


class TestPermit:
    """For what streams: the block is the call."""

    async def test_it_counts_like_a_call(self, guard: Guard, ticks: ManualTicks) -> None:
        """Failures, cancellations and successes."""
        for _ in range(4):
            with broken():
                async with guard.permit():
                    raise Away
        assert state(guard) is State.OPEN
        with pytest.raises(CircuitOpen):
            async with guard.permit():
                pytest.fail("it was entered")
        ticks.advance(seconds=30)
        with pytest.raises(asyncio.CancelledError):
            async with guard.permit():
                raise asyncio.CancelledError
        assert state(guard) is State.HALF_OPEN
        async with guard.permit(), guard.permit():
            await play(guard, "x")
        assert state(guard) is State.RECOVERING

    async def test_a_classifier_that_breaks_frees_the_place(self, ticks: ManualTicks) -> None:
        """Its own error is what one sees; nothing is counted."""

        def classify(error: BaseException) -> Outcome:
            raise ValueError("no idea") from error

        guard = Guard("shop", evolve(POLICY, probes=1), ticks=ticks, classify=classify)
        guard.trip()
        ticks.advance(seconds=30)
        for _ in range(3):
            with pytest.raises(ValueError, match="no idea"):
                await guard(fails)
        await play(guard, "+")
        assert state(guard) is State.RECOVERING


@contextmanager
def broken() -> Iterator[None]:
    """What happens inside is Away."""
    with pytest.raises(Away):
        yield


class TestCheck:
    """Those who share calls are kept from waiting for one that finds out."""

    async def test_a_call_would_go(self, guard: Guard, ticks: ManualTicks) -> None:
        """Closed, after its rest while nobody tries, between two probes, and while it recovers."""
        guard.check()
        await half_open(guard, ticks)
        guard.check()
        await play(guard, "+")
        guard.check()
        await play(guard, "+")
        guard.check()
        assert state(guard) is State.RECOVERING

    async def test_nobody_waits_for_its_rest(self, guard: Guard, ticks: ManualTicks) -> None:
        """One hears how long it takes; that one asked changes nothing."""
        await play(guard, "----")
        ticks.advance(seconds=29)
        for _ in range(3):
            with pytest.raises(CircuitOpen) as rests:
                guard.check()
            assert rests.value.like(CircuitOpen("shop", 1))
        ticks.advance(seconds=1)
        for _ in range(3):
            guard.check()
        assert state(guard) is State.OPEN

    async def test_nobody_waits_for_a_probe(self, guard: Guard, ticks: ManualTicks) -> None:
        """However many may be under way, unless it comes back no more."""
        await half_open(guard, ticks)
        await begin(guard)
        with pytest.raises(CircuitOpen) as tried:
            guard.check()
        assert tried.value.like(CircuitOpen("shop", 1))
        ticks.advance(seconds=20)
        guard.check()


class TestByHand:
    async def test_trip(self, guard: Guard, ticks: ManualTicks) -> None:
        """Open at once, for the usual time."""
        guard.trip()
        ticks.advance(seconds=29)
        await play(guard, "x")
        ticks.advance(seconds=1)
        await play(guard, "+")

    async def test_reset(self, guard: Guard, ticks: ManualTicks) -> None:
        """Closed at once and with nothing remembered; what began before is not heard."""
        early = [await begin(guard) for _ in range(4)]
        guard.reset()
        for each in early:
            await each.fail()
        assert state(guard) is State.CLOSED
        await play(guard, "---")
        guard.reset()
        await play(guard, "---")
        assert state(guard) is State.CLOSED
        await play(guard, "-x")
        guard.reset()
        await play(guard, "+")


class TestTold:
    async def test_signals(self, ticks: ManualTicks) -> None:
        """Every change is counted by where it led, and the gauge says how bad it is."""
        signals = MemorySignals()
        guard = Guard("shop", POLICY, ticks=ticks, signals=signals)
        label = frozenset({("name", "shop")})
        gauges = [signals.gauges["breaker_state", label]]
        await play(guard, "----")
        for seconds, story in ((30, "+"), (0, "+"), (0, "+xxxxxxxxx+"), (5, "+"), (5, "+")):
            gauges.append(signals.gauges["breaker_state", label])
            ticks.advance(seconds=seconds)
            await play(guard, story)
        gauges.append(signals.gauges["breaker_state", label])
        assert gauges == [0, 3, 2, 1, 1, 1, 0]
        changes = {dict(labels)["to"]: n for (_, labels), n in signals.counts.items()}
        assert changes == {"open": 1, "half_open": 1, "recovering": 2, "closed": 1}
        assert {name for name, _ in signals.counts} == {"breaker_changes_total"}
        assert {dict(labels)["name"] for _, labels in signals.counts} == {"shop"}

    async def test_nothing_is_told_twice(self, guard: Guard, heard: list[Changed]) -> None:
        """What changes nothing for a caller is no change."""
        guard.reset()
        guard.trip()
        guard.trip()
        await play(guard, "xxx")
        assert heard == [Changed("shop", State.CLOSED, State.OPEN, 0.0)]

    async def test_the_listener_sees_it_done(self, ticks: ManualTicks) -> None:
        """When it is told the guard is in its new state already."""
        seen: list[State] = []
        listening = Guard(
            "shop", POLICY, ticks=ticks, listener=lambda _: seen.append(listening.state)
        )
        listening.trip()
        assert seen == [State.OPEN]

    async def test_condition(self, guard: Guard, ticks: ManualTicks) -> None:
        """What health shows, stage by stage."""
        assert guard.condition == Condition(True)
        await play(guard, "----")
        ticks.advance(seconds=10)
        assert guard.condition == Condition(False, "rests for 20 s")
        for _ in range(2):  # whether or not somebody tried already
            ticks.advance(seconds=3600)
            assert guard.condition == Condition(True, "rested: the next call tries it")
            probe = await begin(guard)
            assert guard.condition == Condition(False, "is being tried")
            await probe.succeed()
        assert guard.condition == Condition(True, "recovers: one call in 10 goes")

    async def test_whether_a_call_would_go(self, guard: Guard, ticks: ManualTicks) -> None:
        """It is said without calling, and whoever waits for a yes before he calls gets one."""
        assert guard.resting == ""
        await play(guard, "----")
        ticks.advance(seconds=10)
        assert guard.resting == "rests for 20 s"
        ticks.advance(seconds=20)
        assert guard.resting == ""
        async with guard.permit():
            assert guard.resting == ""
            ticks.advance(seconds=1)
            async with guard.permit():
                assert guard.resting == "is being tried"
        assert state(guard) is State.RECOVERING
        assert guard.resting == ""


class TestPolicy:
    @pytest.mark.parametrize(
        ("numbers", "words"),
        [
            ({"window_seconds": 0}, "window_seconds must be more than 0 and finite, not 0"),
            ({"window_seconds": inf}, "window_seconds must be more than 0 and finite, not inf"),
            ({"open_seconds": -1}, "open_seconds must be more than 0 and finite, not -1"),
            ({"open_seconds": nan}, "open_seconds must be more than 0 and finite, not nan"),
            ({"open_seconds_max": -1}, "open_seconds_max must be 0 or more and finite, not -1"),
            ({"open_seconds_max": inf}, "open_seconds_max must be 0 or more and finite, not inf"),
            ({"slow_seconds": 0}, "slow_seconds must be more than 0 and finite, not 0"),
            ({"probe_seconds": 0}, "probe_seconds must be more than 0 and finite, not 0"),
            ({"failure_rate": 1.5}, "failure_rate must be more than 0 and at most 1, not 1.5"),
            ({"slow_rate": 0}, "slow_rate must be more than 0 and at most 1, not 0"),
            ({"volume_min": 0}, "volume_min must be at least 1, not 0"),
            ({"failures_min": 0}, "failures_min must be at least 1, not 0"),
            ({"probes": 0}, "probes must be at least 1, not 0"),
        ],
    )
    def test_numbers_without_sense_are_refused(self, numbers: dict[str, Any], words: str) -> None:
        """Each says what it must be."""
        with pytest.raises(OutOfBounds) as raised:
            BreakerPolicy(**numbers)
        assert str(raised.value) == words

    @pytest.mark.parametrize("numbers", [{"every": 0}, {"successes": 0}, {"seconds": -1}])
    def test_steps_have_bounds_too(self, numbers: dict[str, Any]) -> None:
        """A step takes one call at least, and no negative time."""
        with pytest.raises(OutOfBounds):
            Step(**{"every": 1, **numbers})

    def test_bounds_are_allowed(self) -> None:
        """The least of everything is a policy."""
        policy = BreakerPolicy(
            volume_min=1, failures_min=1, failure_rate=1, slow_rate=1, probes=1, open_seconds_max=0
        )
        assert policy.probes == 1
        assert Step(every=1, successes=1, seconds=0).every == 1

    async def test_the_smallest_window_works(self, ticks: ManualTicks) -> None:
        """Even one of less than a microsecond a slice."""
        policy = BreakerPolicy(window_seconds=0.000_001, volume_min=2, failures_min=2)
        guard = guarded(policy, ticks)
        await play(guard, "--x")

    @pytest.mark.parametrize(
        ("name", "failures", "seconds"),
        [
            ("fragment", 3, 60),
            ("stickerdom", 3, 60),
            ("payments", 5, 120),
            ("heleket", 5, 120),
            ("ton", 5, 120),
            ("telegram", 3, 30),
            ("redis", 2, 15),
        ],
    )
    async def test_the_defaults(
        self, name: str, failures: int, seconds: int, ticks: ManualTicks
    ) -> None:
        """So many failures open it for so long; one less does not."""
        guard = Guard(name, DEPENDENCIES[name], ticks=ticks)
        await play(guard, "-" * (failures - 1))
        assert state(guard) is State.CLOSED
        await play(guard, "-")
        ticks.advance(microseconds=seconds * 1_000_000 - 1)
        await play(guard, "x")
        ticks.advance(microseconds=1)
        await play(guard, "+")

    @pytest.mark.parametrize("name", DEPENDENCIES)
    async def test_callers_that_wait_for_deadlines_open_it(
        self, name: str, ticks: ManualTicks
    ) -> None:
        """One after the other, each as long as a part of the window."""
        policy = DEPENDENCIES[name]
        guard = Guard(name, policy, ticks=ticks)
        for _ in range(policy.failures_min):
            ticks.advance(seconds=policy.window_seconds / (policy.failures_min + 1))
            await play(guard, "-")
        assert state(guard) is State.OPEN

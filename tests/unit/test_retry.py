"""Asking again: only what may be, when it helps, and never much."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import pytest
from attrs import define, evolve, field

from altyn.core.errors import Conflict, Missing, Refused, Unavailable
from altyn.core.resilience import (
    Backoff,
    CircuitOpen,
    OutOfBounds,
    Repeatable,
    Retry,
    RetryBudget,
    RetryPolicy,
)
from altyn.entrypoints.testkit import VirtualLoop, run_virtually

Told = TypeVar("Told")


@define
class Later(Unavailable):
    """Come back later."""

    number: int
    seconds: float | None = None

    @property
    def retry_after_seconds(self) -> float | None:
        """As told."""
        return self.seconds


@define
class Highest(Random):
    """Chance that always takes the most."""

    asked: list[tuple[float, float]] = field(factory=list)

    def uniform(self, a: float, b: float) -> float:
        """The upper end."""
        self.asked.append((a, b))
        return b


@define
class Calls:
    """A call that fails with these one after the other, then works; and when it was called."""

    failures: list[BaseException]
    at: list[float] = field(factory=list)

    async def __call__(self) -> str:
        """The next of them."""
        self.at.append(round(asyncio.get_running_loop().time(), 6))
        if self.failures:
            raise self.failures.pop(0)
        return "yes"


def failing(times: int, seconds: float | None = None) -> Calls:
    """A call that is not available so often."""
    return Calls([Later(number, seconds) for number in range(times)])


def virtual_ticks() -> int:
    """Those of the loop whose time takes none."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.ticks()


POLICY = RetryPolicy(attempts_max=4, backoff=Backoff(base_seconds=1, cap_seconds=3))


def retry(policy: RetryPolicy = POLICY, **others: Any) -> Retry:
    """One that waits as long as it may."""
    settings: dict[str, Any] = {"random": Highest(), "ticks": virtual_ticks} | others
    return Retry(because=Repeatable.READS_ONLY, policy=policy, **settings)


def told_by(retry: Retry, calls: Calls) -> str:
    """What it answers in the end."""

    async def story() -> str:
        return await retry(calls)

    return run_virtually(story())


def test_what_works_is_called_once() -> None:
    """At once, without a wait."""
    calls = failing(0)
    assert told_by(retry(), calls) == "yes"
    assert calls.at == [0]


def test_waits_double_up_to_the_cap() -> None:
    """And the last attempt may be the one that works."""
    calls = failing(3)
    assert told_by(retry(), calls) == "yes"
    assert calls.at == [0, 1, 3, 6]


def test_every_wait_begins_at_none() -> None:
    """The whole of it is left to chance."""
    random = Highest()
    told_by(retry(random=random), failing(3))
    assert random.asked == [(0, 1), (0, 2), (0, 3)]


def test_chance_decides() -> None:
    """The waits are those of the source that was given."""
    calls = failing(2)
    told_by(retry(random=Random(7)), calls)
    same = Random(7)
    first = same.uniform(0, 1)
    assert calls.at == pytest.approx([0, first, first + same.uniform(0, 2)], abs=1e-5)


def test_it_ends_with_the_last_error() -> None:
    """After as many attempts as there may be."""
    calls = failing(9)
    with pytest.raises(Later) as raised:
        told_by(retry(), calls)
    assert raised.value.number == 3
    assert raised.value.__context__ is None
    assert len(calls.at) == 4


def test_one_attempt_is_no_repetition() -> None:
    """A policy may say so."""
    calls = failing(1)
    with pytest.raises(Later):
        told_by(retry(evolve(POLICY, attempts_max=1)), calls)
    assert calls.at == [0]


@pytest.mark.parametrize("error", [Refused(), Missing(), Conflict(), OSError(), ValueError()])
def test_other_errors_are_not_repeated(error: Exception) -> None:
    """Whoever is answered, or knows nothing of our families, is not asked again."""
    calls = Calls([error])
    with pytest.raises(type(error)) as raised:
        told_by(retry(), calls)
    assert raised.value is error
    assert calls.at == [0]


class TestRetryAfter:
    def test_it_is_obeyed(self) -> None:
        """Nobody comes earlier; chance only adds to it."""
        calls = failing(2, seconds=5)
        assert told_by(retry(), calls) == "yes"
        assert calls.at == [0, 5 + 1, 6 + 5 + 2]

    def test_up_to_the_cap(self) -> None:
        """Exactly that long is still worth it."""
        calls = failing(1, seconds=10)
        assert told_by(retry(), calls) == "yes"
        assert calls.at == [0, 11]

    def test_beyond_the_cap_it_gives_up_at_once(self) -> None:
        """With the error, which says when to come back."""
        calls = failing(1, seconds=10.001)
        with pytest.raises(Later):
            told_by(retry(), calls)
        assert calls.at == [0]

    def test_an_open_circuit_is_an_example(self) -> None:
        """One that closes soon is waited for, one that rests long is not."""
        soon = Calls([CircuitOpen("shop", 2.0)])
        assert told_by(retry(), soon) == "yes"
        assert soon.at == [0, 3]
        with pytest.raises(CircuitOpen):
            told_by(retry(), Calls([CircuitOpen("shop", 60.0)]))


class TestDeadline:
    def test_no_attempt_begins_after_it(self) -> None:
        """When the wait would end later, it gives up at once."""

        async def story() -> float:
            calls = failing(9)
            with pytest.raises(Later) as raised:
                await retry(evolve(POLICY, deadline_seconds=5.999))(calls)
            assert raised.value.number == 2
            assert calls.at == [0, 1, 3]
            return asyncio.get_running_loop().time()

        assert run_virtually(story()) == pytest.approx(3)

    def test_one_may_begin_at_it(self) -> None:
        """Exactly then."""
        calls = failing(3)
        assert told_by(retry(evolve(POLICY, deadline_seconds=6)), calls) == "yes"
        assert calls.at == [0, 1, 3, 6]

    def test_the_attempts_themselves_take_time(self) -> None:
        """A long failure leaves less for waiting."""
        attempts = 0

        async def call() -> None:
            nonlocal attempts
            attempts += 1
            await asyncio.sleep(2.5)
            raise Later(attempts)

        async def story() -> None:
            with pytest.raises(Later):
                await retry(evolve(POLICY, deadline_seconds=5))(call)

        run_virtually(story())
        assert attempts == 2


class TestBudget:
    def test_the_reserve_is_for_bad_times(self) -> None:
        """So many repetitions at once, then none."""
        budget = RetryBudget(percent=20, reserve=3)
        assert [budget.spend() for _ in range(5)] == [True, True, True, False, False]

    def test_calls_earn_repetitions(self) -> None:
        """Twenty percent: one for every five."""
        budget = RetryBudget(percent=20, reserve=1)
        assert budget.spend()
        for _ in range(4):
            budget.called()
        assert not budget.spend()
        budget.called()
        assert budget.spend()
        assert not budget.spend()

    def test_no_more_is_saved_than_the_reserve(self) -> None:
        """A good day does not pay for a storm."""
        budget = RetryBudget(percent=30, reserve=2)
        assert budget.spend()
        for _ in range(1000):
            budget.called()
        assert [budget.spend() for _ in range(3)] == [True, True, False]

    def test_a_dependency_that_is_down_is_asked_a_little_more(self) -> None:
        """A thousand callers share one budget: a fifth more calls, and the reserve."""
        budget = RetryBudget(percent=20, reserve=10)
        calls = failing(10_000)

        async def one() -> None:
            with pytest.raises(Later):
                await retry(budget=budget)(calls)

        async def story() -> None:
            for _ in range(1000):
                await one()

        run_virtually(story())
        assert 1000 + 200 <= len(calls.at) <= 1000 + 200 + 10

    def test_without_budget_it_gives_up_at_once(self) -> None:
        """With the last error, and without the wait."""
        budget = RetryBudget(percent=0, reserve=1)

        async def story() -> float:
            calls = failing(9)
            with pytest.raises(Later) as raised:
                await retry(budget=budget)(calls)
            assert raised.value.number == 1
            return asyncio.get_running_loop().time()

        assert run_virtually(story()) == pytest.approx(1)

    def test_what_is_not_repeated_costs_nothing(self) -> None:
        """Neither what works, nor what gives up for another reason."""
        budget = RetryBudget(percent=0, reserve=1)
        told_by(retry(budget=budget), failing(0))
        with pytest.raises(Later):
            told_by(retry(budget=budget), failing(1, seconds=60))
        with pytest.raises(Later):
            told_by(retry(evolve(POLICY, deadline_seconds=0.5), budget=budget), failing(1))
        assert told_by(retry(budget=budget), failing(1)) == "yes"


class TestCancelled:
    def test_while_calling(self) -> None:
        """It is not a failure, and ends everything."""
        calls = Calls([asyncio.CancelledError()])

        async def story() -> None:
            with pytest.raises(asyncio.CancelledError):
                await retry()(calls)

        run_virtually(story())
        assert calls.at == [0]

    def test_while_waiting(self) -> None:
        """Nothing is called any more."""
        calls = failing(1)

        async def story() -> None:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await retry()(calls)
            await asyncio.sleep(10)

        run_virtually(story())
        assert calls.at == [0]


class TestDeclared:
    def test_why_it_is_safe_has_to_be_said(self) -> None:
        """There is no retry without a reason."""
        make: Callable[..., Retry] = Retry
        with pytest.raises(TypeError):
            make()

    def test_there_are_two_reasons(self) -> None:
        """And no word for a payment."""
        assert {each.name for each in Repeatable} == {"READS_ONLY", "SAME_ID"}

    @pytest.mark.parametrize(
        ("kind", "numbers"),
        [
            (RetryPolicy, {"attempts_max": 0}),
            (RetryPolicy, {"deadline_seconds": 0}),
            (RetryPolicy, {"retry_after_max_seconds": -1}),
            (Backoff, {"base_seconds": 0}),
            (Backoff, {"cap_seconds": 0}),
            (RetryBudget, {"percent": -1}),
            (RetryBudget, {"reserve": 0}),
        ],
    )
    def test_numbers_without_sense_are_refused(
        self, kind: Callable[..., object], numbers: dict[str, float]
    ) -> None:
        """When the value is made."""
        with pytest.raises(OutOfBounds):
            kind(**numbers)

    def test_a_long_series_stays_at_the_cap(self) -> None:
        """However often it was repeated."""
        assert Backoff(base_seconds=1, cap_seconds=60).seconds(10_000, Highest()) == 60

    def test_the_defaults_leave_it_to_chance(self) -> None:
        """A retry made with its reason alone works."""
        calls = failing(2)
        assert told_by(Retry(because=Repeatable.SAME_ID), calls) == "yes"
        assert len(calls.at) == 3

"""Guards around a call: our own and those of other libraries, each as an asyncio program has it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from attrs import frozen

from altyn.core.errors import Unavailable
from altyn.core.resilience import BreakerPolicy, Guard, Repeatable, Retry

from .limiter import OURS
from .peers import peer

FAILURES: Final = 5
"""So many in a row open every breaker here."""

Call = Callable[[], Awaitable[object]]


@frozen
class Breaker:
    """One library's; `around` makes a fresh one that stays open for so many seconds."""

    library: str
    around: Callable[[Call, float], Call]
    probes: int = 1
    """How many calls it says it lets through to try."""
    how: str = ""

    @property
    def name(self) -> str:
        """What its row is called."""
        return f"{self.library}, {self.how}" if self.how else self.library


@frozen
class Repeater:
    """One library's way to ask again; nothing fails here."""

    library: str
    around: Callable[[Call], Call]
    how: str = ""

    @property
    def name(self) -> str:
        """What its row is called."""
        return f"{self.library}, {self.how}" if self.how else self.library


def breakers() -> Sequence[Breaker]:
    """All of them."""
    return [
        Breaker(OURS, partial(_altyn, {})),
        Breaker(OURS, partial(_altyn, {"slow_seconds": 3.0}), how="slow calls counted"),
        Breaker(OURS, partial(_altyn, {"probes": 5}), 5, "five probes"),
        Breaker("purgatory", _purgatory),
        Breaker("pybreaker", _pybreaker),
        Breaker("circuitbreaker", _circuitbreaker),
    ]


def repeaters() -> Sequence[Repeater]:
    """All of them."""
    return [
        Repeater(OURS, _retry),
        Repeater(OURS, _retry_around_guard, "around a breaker"),
        Repeater("tenacity", _tenacity),
        Repeater("stamina", _stamina),
    ]


def _altyn(numbers: dict[str, Any], call: Call, open_seconds: float) -> Call:
    policy = BreakerPolicy(
        volume_min=FAILURES, failures_min=FAILURES, open_seconds=open_seconds, **numbers
    )
    return partial(Guard("bench", policy), call)


def _purgatory(call: Call, open_seconds: float) -> Call:
    factory = peer("purgatory").AsyncCircuitBreakerFactory(FAILURES, open_seconds)
    guarded: Call = factory("bench")(call)
    return guarded


def _pybreaker(call: Call, open_seconds: float) -> Call:
    """Its decorator takes a coroutine for an answer and never sees it fail; this way it does."""
    breaker = peer("pybreaker").CircuitBreaker(FAILURES, open_seconds)

    async def guarded() -> object:
        with breaker.calling():
            return await call()

    return guarded


def _circuitbreaker(call: Call, open_seconds: float) -> Call:
    guarded: Call = peer("circuitbreaker").CircuitBreaker(FAILURES, open_seconds)(call)
    return guarded


def _retry(call: Call) -> Call:
    return partial(Retry(because=Repeatable.READS_ONLY), call)


def _retry_around_guard(call: Call) -> Call:
    return partial(Retry(because=Repeatable.READS_ONLY), partial(Guard("bench"), call))


def _tenacity(call: Call) -> Call:
    tenacity = peer("tenacity")
    again: Call = tenacity.retry(
        stop=tenacity.stop_after_attempt(3),
        wait=tenacity.wait_random_exponential(0.1, max=5.0),
        retry=tenacity.retry_if_exception_type(Unavailable),
        reraise=True,
    )(call)
    return again


def _stamina(call: Call) -> Call:
    again: Call = peer("stamina").retry(on=Unavailable, attempts=3)(call)
    return again

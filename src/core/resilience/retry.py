"""Asking again: a few times, within a budget and a deadline, and only what may be asked twice."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from math import inf
from random import Random, SystemRandom
from typing import Final, TypeVar

from attrs import define, field, frozen

from ..clock import Ticks, ticks
from ..errors import Unavailable
from .backoff import Backoff
from .bounds import at_least_one, not_negative, positive

Told = TypeVar("Told")


class Repeatable(Enum):
    """
    Why asking twice does no harm.

    There is no word for «it probably did not happen»: what pays is never asked twice from here.
    """

    READS_ONLY = "reads only"
    """It changes nothing."""
    SAME_ID = "same id"
    """It carries an id under which the other side does it once, however often it is asked."""


@frozen(kw_only=True)
class RetryPolicy:
    """
    The numbers of asking again.

    At most `attempts_max` calls in all, none of them begun later than `deadline_seconds` after the
    first. Whoever says after how long to come back is not asked earlier; when that is longer than
    `retry_after_max_seconds`, not at all.

    Raises:
        OutOfBounds: a number makes no sense.
    """

    attempts_max: int = field(default=3, validator=at_least_one)
    backoff: Backoff = field(factory=Backoff)
    deadline_seconds: float = field(default=30.0, validator=positive)
    retry_after_max_seconds: float = field(default=10.0, validator=not_negative)


COST: Final = 100
"""What a repetition takes from a budget; a call brings a hundredth of it for each percent."""


@define(eq=False)
class RetryBudget:
    """
    Repetitions for all callers of one dependency: so many percent of the calls, and a reserve.

    So a dependency that is down is asked a little more than usual, and not several times as much.
    """

    percent: int = field(default=20, validator=not_negative)
    reserve: int = field(default=10, validator=at_least_one)
    _units: int = field(init=False)
    _units_max: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._units = self._units_max = self.reserve * COST

    def called(self) -> None:
        """Somebody calls for the first time."""
        if self._units < self._units_max:
            self._units = min(self._units + self.percent, self._units_max)

    def spend(self) -> bool:
        """Take one repetition out, if there is one."""
        if self._units < COST:
            return False
        self._units -= COST
        return True


@frozen(kw_only=True)
class Retry:
    """
    Asks again what may be asked twice, when it was Unavailable.

    A guard belongs inside: then each attempt counts, and an open circuit is waited for only when
    it closes soon. The first attempt never waits. What was raised last is what the caller gets.
    """

    because: Repeatable
    policy: RetryPolicy = field(factory=RetryPolicy)
    budget: RetryBudget = field(factory=RetryBudget)
    random: Random = field(factory=SystemRandom)
    ticks: Ticks = ticks

    async def __call__(self, call: Callable[[], Awaitable[Told]]) -> Told:
        """What the call answers, the first time or a later one."""
        self.budget.called()
        began = self.ticks()
        for repeats in range(self.policy.attempts_max - 1):
            try:
                return await call()
            except Unavailable as failure:
                wait_seconds = self._wait_seconds(failure, repeats)
                if not self._worth(began, wait_seconds):
                    raise
            await asyncio.sleep(wait_seconds)
        return await call()

    def _wait_seconds(self, failure: Unavailable, repeats: int) -> float:
        # Chance is added to what was asked for: many were told the same moment.
        asked_seconds = failure.retry_after_seconds or 0.0
        if asked_seconds > self.policy.retry_after_max_seconds:
            return inf
        return asked_seconds + self.policy.backoff.seconds(repeats, self.random)

    def _worth(self, began: int, wait_seconds: float) -> bool:
        spent_seconds = (self.ticks() - began) / 1_000_000
        return spent_seconds + wait_seconds <= self.policy.deadline_seconds and self.budget.spend()

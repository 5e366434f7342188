"""Counting together while that is possible, and what is done while it is not."""

from collections.abc import Awaitable, Callable
from typing import Final

from attrs import field, frozen

from ..errors import Unavailable
from ..health import Condition
from ..resilience import Guard
from ..signals import Signals, Unheard
from .demands import check
from .errors import MeterAway
from .policy import Policy
from .ports import Admission, Demand, Meter

RETRY_AFTER_SECONDS: Final = 1.0


@frozen
class SteadyMeter:
    """
    The meter that processes share, and what stands in while it is away.

    Meanwhile a set with a policy that fails closed is refused with MeterAway, and any other is
    counted by this process alone. The guard keeps calls from a meter that does not answer, so
    that its absence costs microseconds, and finds out by itself when it is back. It stands within
    the shared meter, which alone knows what is a call; here it is looked at.
    """

    shared: Meter
    alone: Meter
    guard: Guard
    signals: Signals = field(factory=Unheard)

    @property
    def name(self) -> str:
        """What people call it."""
        return "limits"

    async def __call__(self) -> Condition:
        """As a probe answers: whether limits are counted together."""
        condition = self.guard.condition
        if condition.well:
            return condition
        words = "limits of money refuse, others are counted by each process alone"
        return Condition(False, f"{words}; the shared meter {condition.words}")

    async def admit(self, *demands: Demand) -> Admission:
        """As the port says."""
        return await self._ask(demands, self.shared.admit, self.alone.admit)

    async def peek(self, *demands: Demand) -> Admission:
        """As the port says."""
        return await self._ask(demands, self.shared.peek, self.alone.peek)

    async def reset(self, key: str, policy: Policy) -> None:
        """As the port says."""
        await self.alone.reset(key, policy)
        await self._tell("reset", self.shared.reset(key, policy))

    async def release(self, admission: Admission) -> None:
        """As the port says; a lease that cannot be given back ends in its own time."""
        await self.alone.release(admission)
        await self._tell("release", self.shared.release(admission))

    async def forgive(self, admission: Admission) -> None:
        """As the port says; what cannot be forgiven stays counted."""
        await self.alone.forgive(admission)
        await self._tell("forgive", self.shared.forgive(admission))

    async def _ask(
        self,
        demands: tuple[Demand, ...],
        shared: Callable[..., Awaitable[Admission]],
        alone: Callable[..., Awaitable[Admission]],
    ) -> Admission:
        try:
            return await shared(*demands)
        except Unavailable as away:
            check(demands)  # what makes no sense is told so, not told to wait
            if any(policy.fails_closed for _, policy, _ in demands):
                self.signals.count("limits_refused_uncounted_total")
                raise MeterAway(away.retry_after_seconds or RETRY_AFTER_SECONDS) from away
            self.signals.count("limits_counted_alone_total")
            return await alone(*demands)

    async def _tell(self, what: str, tell: Awaitable[None]) -> None:
        """Giving back is for the good of those who are counted: without it limits are tighter."""
        try:
            await tell
        except Unavailable:
            self.signals.count("limits_not_told_total", what=what)

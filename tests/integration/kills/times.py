"""What time it is in the town: it runs, perhaps faster than elsewhere, and can be put forward."""

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import define

from altyn.adapters.system import SystemClock
from altyn.entrypoints.worker import Chore

_machine = SystemClock.now
_called = Chore.__call__

LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
Told = tuple[float, float, float]
"""A clock in numbers: when it was begun, how fast it is, and by how much it is ahead."""


@define
class LeapingClock:
    """Runs like every clock or so many times as fast, and can be put forward; never back."""

    ahead: timedelta = timedelta()
    speed: float = 1
    begun: datetime = LONG_AGO

    def now(self) -> datetime:
        """The present in UTC."""
        if self.speed == 1:
            return _machine(SystemClock()) + self.ahead
        return self.begun + (_machine(SystemClock()) - self.begun) * self.speed + self.ahead

    def hasten(self, speed: float) -> None:
        """From now on it is so fast."""
        self.speed, self.begun = speed, _machine(SystemClock())

    def leap(self, by: timedelta) -> None:
        """So much of the time is over at once."""
        self.ahead += max(by, timedelta())

    @property
    def told(self) -> Told:
        """How another process is told of it."""
        return self.begun.timestamp(), self.speed, self.ahead.total_seconds()


def shift(told: Told) -> None:
    """From now on this process believes in that clock, and its worker in that pace."""
    begun, speed, ahead = told
    clock = LeapingClock(timedelta(seconds=ahead), speed, datetime.fromtimestamp(begun, UTC))

    def now(self: SystemClock) -> datetime:
        return clock.now()

    async def hurried(self: Chore) -> float:
        return await _called(self) / speed

    SystemClock.now = now  # type: ignore[method-assign]
    Chore.__call__ = hurried  # type: ignore[method-assign]

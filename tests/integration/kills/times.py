"""What time it is in the town: that of the machine, and so much later as was leapt ahead."""

from datetime import datetime, timedelta

from attrs import define

from altyn.adapters.system import SystemClock

_machine = SystemClock.now


@define
class LeapingClock:
    """Runs like every clock, and can be put forward; never back."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The present in UTC."""
        return _machine(SystemClock()) + self.ahead

    def leap(self, by: timedelta) -> None:
        """So much of the time is over at once."""
        self.ahead += max(by, timedelta())


def shift(seconds: float) -> None:
    """From now on this process believes that it is so much later."""
    clock = LeapingClock(timedelta(seconds=seconds))

    def now(self: SystemClock) -> datetime:
        return clock.now()

    SystemClock.now = now  # type: ignore[method-assign]

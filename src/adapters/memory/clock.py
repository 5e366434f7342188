"""Clocks that stand still until somebody moves them."""

from datetime import UTC, datetime, timedelta

from attrs import define


@define
class ManualClock:
    """Time moved by hand."""

    moment: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def now(self) -> datetime:
        """Where the hands were left."""
        return self.moment

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Move the hands; a negative step moves them back, as bad clocks do."""
        self.moment += timedelta(seconds=seconds, minutes=minutes, hours=hours)


@define
class ManualTicks:
    """Microseconds counted by hand; call it as one calls `Ticks`."""

    count: int = 1_000_000_000

    def __call__(self) -> int:
        """Where the hand was left."""
        return self.count

    def advance(self, *, seconds: float = 0, microseconds: int = 0) -> None:
        """Move the hand, forwards only: such clocks never go back."""
        self.count += round(seconds * 1_000_000) + microseconds

"""A clock that stands still until somebody moves it."""

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

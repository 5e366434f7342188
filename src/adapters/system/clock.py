"""The machine's own clock."""

from datetime import UTC, datetime

from attrs import frozen


@frozen
class SystemClock:
    """What the machine believes the time to be; keep it synchronised."""

    def now(self) -> datetime:
        """The present in UTC."""
        return datetime.now(UTC)

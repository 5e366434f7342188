"""What is known of an endpoint, as it outlives the process, and where it is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from attrs import frozen

from .breaker import State


@frozen(kw_only=True)
class Reputation:
    """How one endpoint of a pool fared at one operation, as of the moment of the last outcome."""

    pool: str
    operation: str
    candidate: str
    success: float
    """From 0, it always fails, to 1, it never does or nothing is known."""
    latency_seconds: float | None
    state: State
    at: datetime


class Reputations(Protocol):
    """The memory of pools that start anew."""

    async def keep(self, reputations: Sequence[Reputation]) -> None:
        """
        Keep what is known of each endpoint, instead of what was known before.

        One that is older than what is kept already changes nothing: of several processes, and
        of several in one list, the newest wins.
        """
        ...

    async def of(self, pool: str) -> Sequence[Reputation]:
        """What is kept of the endpoints of that pool, by operation and candidate."""
        ...

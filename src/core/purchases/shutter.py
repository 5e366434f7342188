"""The shutter before a supplier: down while he does not sell to us, and tried now and then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, Protocol

from attrs import frozen

REASON_MAX: Final = 500
TRY_AFTER: Final = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""Between one try and the next; after the last of them, that one again."""


class Step(IntEnum):
    """How far somebody came with him; whoever comes so far has passed what is before it."""

    VISIT = 1
    """He lets us in, and says something."""
    OFFER = 2
    """He says what something costs."""
    ORDER = 3
    """He takes an order."""


@frozen(kw_only=True)
class Shutter:
    """One that is down, or was."""

    supplier: str
    closed: bool = True
    step: Step
    """Where we were turned away, as far as anybody came since it is down."""
    reason: str
    since: datetime
    """Since when it is as it is."""
    tries: int = 0
    try_at: datetime
    """From then on one purchase is let through, to see whether he sells again."""

    def keeps_out(self, now: datetime) -> bool:
        """Whether nobody is let through at that moment."""
        return self.closed and now < self.try_at


class Shutters(Protocol):
    """Which suppliers do not sell to us, known to every process."""

    async def all(self) -> Sequence[Shutter]:
        """Every one that was ever down, by the name of its supplier."""
        ...

    async def of(self, supplier: str) -> Shutter | None:
        """The one of that supplier, or None where it never was down."""
        ...

    async def lower(self, shutter: Shutter) -> bool:
        """
        It is down; answers whether it was up until now.

        One that was down stays so since then and is tried when it would have been; the reason is
        the newest, and the step the farthest.
        """
        ...

    async def lift(self, supplier: str, step: Step, at: datetime) -> Shutter | None:
        """It is up, if it was down at that step or before it: it as it is now, else None."""
        ...

    async def claim(self, shutter: Shutter, try_at: datetime) -> bool:
        """
        Whether it is for us alone to try it now, as it was read: the next try is at that moment.
        """
        ...


def lowered(supplier: str, step: Step, reason: str, now: datetime) -> Shutter:
    """One that goes down now."""
    return Shutter(
        supplier=supplier,
        step=step,
        reason=reason[:REASON_MAX],
        since=now,
        try_at=now + TRY_AFTER[0],
    )


def next_try(shutter: Shutter, now: datetime) -> datetime:
    """When it is tried after now, if now is in vain."""
    return now + TRY_AFTER[min(shutter.tries + 1, len(TRY_AFTER) - 1)]

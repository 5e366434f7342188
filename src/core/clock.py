"""What time it is, as something that can be handed in and moved by hand."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from attrs import define

from .errors import Refused


@define
class ZoneMissing(Refused):
    """A moment without a time zone means different things to different readers."""

    moment: datetime

    def __str__(self) -> str:
        return f"{self.moment.isoformat()} has no time zone: write it like 2026-11-20T12:00:00Z"


@define
class MalformedInstant(Refused):
    """The text is not a moment."""

    text: str

    def __str__(self) -> str:
        return f"{self.text!r} is not a moment: write it like 2026-11-20T12:00:00Z"


def aware(moment: datetime) -> datetime:
    """The moment itself, or ZoneMissing."""
    if moment.utcoffset() is None:
        raise ZoneMissing(moment)
    return moment


def parse_instant(text: str) -> datetime:
    """
    Read a moment of ISO 8601 with its time zone.

    Raises:
        MalformedInstant: it is not one.
        ZoneMissing: it does not say in which zone.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MalformedInstant(text[:40]) from None
    return aware(moment)


class Clock(Protocol):
    """A source of the present moment."""

    def now(self) -> datetime:
        """The present in UTC, aware of its zone, to the microsecond."""
        ...


Ticks = Callable[[], int]
"""Microseconds that only grow, from no particular beginning: for measuring how long, not when."""


def ticks() -> int:
    """Those of this process."""
    return time.monotonic_ns() // 1000

"""Ids that sort by time, cannot be guessed, and can be made to order in tests."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from attrs import define, field

from .clock import Clock
from .errors import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TICKS = 4096  # the twelve bits of RFC 9562 that divide a millisecond
RANDOM_BITS = 62


@define
class MalformedId(Refused):
    """The text is not a UUID."""

    text: str

    def __str__(self) -> str:
        return f"{self.text!r} is not an id: expected a UUID, such as the ones Altyn prints"


def parse_id(text: str) -> UUID:
    """
    Read an id as people and machines write it.

    Raises:
        MalformedId: the text is not the usual spelling of a UUID.
    """
    try:
        parsed = UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise MalformedId(str(text)[:80]) from None
    if str(parsed) != text.lower():  # UUID() also reads braces, prefixes and stray hyphens
        raise MalformedId(text[:80])
    return parsed


class Identifiers(Protocol):
    """A source of fresh ids."""

    def __call__(self) -> UUID:
        """A new id, greater than every one this source gave before."""
        ...


@define
class TimeOrdered:
    """UUIDs of version 7: milliseconds, a finer tick, and 62 bits nobody can guess."""

    clock: Clock
    random_bits: Callable[[int], int] = secrets.randbits
    _last: int = field(default=-1, init=False)

    def __call__(self) -> UUID:
        """A new id, greater than the last even when the clock stands still or steps back."""
        milliseconds, rest = divmod((self.clock.now() - EPOCH) // MICROSECOND, 1000)
        self._last = max(milliseconds * TICKS + rest * TICKS // 1000, self._last + 1)
        milliseconds, tick = divmod(self._last, TICKS)
        variant = 0b10 << RANDOM_BITS
        return UUID(
            int=milliseconds << 80
            | 0x7 << 76
            | tick << 64
            | variant
            | self.random_bits(RANDOM_BITS)
        )

"""Figures: what a day came to so far, and how much waits for a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Protocol

from attrs import frozen

from ..clock import Clock
from ..identity import Caller, Permission
from ..money import Money
from .doubts import DoubtKind


@frozen
class Tally:
    """So many of something, and what they are together."""

    count: int
    total: Money


@frozen(kw_only=True)
class Figures:
    """What was counted; amounts by their asset, in the order of its code."""

    since: datetime
    until: datetime
    people: int
    """All who were ever seen."""
    newcomers: int
    """Who was seen first in that time."""
    came: Sequence[Tally]
    """What people paid."""
    delivered: Sequence[Tally]
    """What was delivered, and at which price."""
    returned: Sequence[Tally]
    """What goes back or went back of what was asked for in that time."""
    waiting: Mapping[DoubtKind, int]
    """How many of each kind wait for a person now; of a kind that is left out, none."""


class Tallies(Protocol):
    """Counts what others keep."""

    async def between(self, since: datetime, until: datetime) -> Figures:
        """
        What happened from then on and before that other moment.

        What came counts when it was noted, what was delivered when it was, and a refund when it
        was asked for, unless it was declined or failed.
        """
        ...


@frozen
class ReadFigures:
    """What today came to so far; days are those of UTC."""

    tallies: Tallies
    clock: Clock

    async def __call__(self, by: Caller) -> Figures:
        """
        From midnight until now.

        Raises:
            NotAllowed: they may not look at others.
        """
        by.must(Permission.SEE_OTHERS)
        now = self.clock.now()
        return await self.tallies.between(datetime.combine(now.date(), time(), now.tzinfo), now)

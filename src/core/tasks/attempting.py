"""One attempt at a task, under a lease that may be lost while it goes on."""

import asyncio
from random import Random

from attrs import define, field

from ..correlation import concerning
from ..errors import AltynError
from ..mishaps import surviving
from ..spans import span
from .handling import Handling
from .task import Claimed, Ending


@define(eq=False)
class Attempt:
    """A claimed task, being done until its lease is over; the lease is counted on our own clock."""

    handling: Handling
    claimed: Claimed
    until: float
    """The moment of the running loop at which somebody else may have the task."""
    _lease: asyncio.Timeout | None = field(default=None, init=False)

    async def __call__(self, random: Random) -> Ending | None:
        """Do it; what became of it, or None when the lease was over before that was known."""
        if (ending := self.handling.exhausted(self.claimed)) is not None:
            return ending
        try:
            async with asyncio.timeout_at(self.until) as self._lease:
                return await self._done(random)
        except TimeoutError:
            return None
        finally:
            self._lease = None

    def extended(self, until: float) -> None:
        """The lease lasts until then."""
        if self._lease is not None and not self._lease.expired():
            self._lease.reschedule(until)

    async def _done(self, random: Random) -> Ending:
        id = self.claimed.task.id
        try:
            async with asyncio.timeout(self.handling.seconds_max):
                # Inside the deadline, so that a timeout of the handler's own is not taken for it.
                with (
                    concerning(task=id),
                    surviving("doing task", id) as going,
                    span("do task", kind=self.handling.kind),
                ):
                    await self.handling.do(self.claimed)
        except AltynError as failure:
            return self.handling.failed(self.claimed, failure, random)
        except TimeoutError:
            why = f"it took longer than {self.handling.seconds_max:g} s"
            return self.handling.failed(self.claimed, why, random)
        if going.mishap:
            return self.handling.failed(self.claimed, going.mishap, random)
        return self.claimed.done()

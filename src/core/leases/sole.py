"""What only one may do at a time: done by whoever has the lease, and left off when it is lost."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from attrs import define, field

from ..errors import AltynError
from .lease import Lease, LeaseLost
from .ports import Leases

SECONDS: Final = 15.0
USED: Final = 0.9
"""So much of a lease is worked in; the rest is for leaving off before somebody else begins."""
LAST_WORDS_SECONDS: Final = 2.0
"""For giving it back."""

log = logging.getLogger("altyn.leases")


@define(eq=False, kw_only=True)
class Sole:
    """
    Does something for as long as nobody else does it.

    While the lease is held the work goes on; it is broken off before anybody else can hold the
    lease, when that could not be extended in time, and then its turn is waited for again.
    """

    leases: Leases
    name: str
    holder: str
    seconds: float = SECONDS
    _trouble: str = field(default="", init=False)

    async def __call__(self, work: Callable[[Lease], Awaitable[object]]) -> None:
        """
        Wait for the lease, and do the work while it lasts, until the work ends by itself.

        What the work raises is raised; a cancellation gives the lease back.
        """
        while True:
            if await self.if_free(work):
                return
            # Also after it was lost: whoever can do it better is let in first.
            await asyncio.sleep(self.seconds / 4)

    async def if_free(self, work: Callable[[Lease], Awaitable[object]]) -> bool:
        """The same without waiting: whether nobody else had it, and the work came to its end."""
        until = asyncio.get_running_loop().time() + self.seconds * USED
        lease = await self._taken()
        return lease is not None and await self._worked(work, lease, until)

    async def _taken(self) -> Lease | None:
        try:
            lease = await self.leases.take(self.name, self.holder, self.seconds)
        except AltynError as failure:
            self._told(str(failure))
            return None
        self._told("")
        return lease

    async def _worked(
        self, work: Callable[[Lease], Awaitable[object]], lease: Lease, until: float
    ) -> bool:
        """Whether it came to its end; else the lease was over before."""
        try:
            async with asyncio.timeout_at(until) as lasting:
                keeping = asyncio.create_task(self._keep(lease, lasting))
                try:
                    await work(lease)
                finally:
                    keeping.cancel()
        except TimeoutError:
            if not lasting.expired():
                raise  # of the work's own
            log.warning("%s: %s has lost the lease, and leaves off", self.name, self.holder)
            return False
        finally:
            await self._give_back(lease)
        return True

    async def _keep(self, lease: Lease, lasting: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.seconds / 4)
            until = loop.time() + self.seconds * USED
            try:
                await self.leases.extend(lease, self.seconds)
            except LeaseLost:
                until = loop.time()
            except AltynError as failure:
                self._told(str(failure))
                continue  # it may be lost or not: the time that is left is all there is
            self._told("")
            if not lasting.expired():
                lasting.reschedule(until)

    async def _give_back(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                await self.leases.give_back(lease)
        except (AltynError, TimeoutError) as failure:
            self._told(str(failure) or "no answer")

    def _told(self, trouble: str) -> None:
        if trouble and trouble != self._trouble:  # said once, however long it lasts
            log.error("%s: %s", self.name, trouble)
        self._trouble = trouble

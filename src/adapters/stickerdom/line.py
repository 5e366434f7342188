"""The way to the store: everybody in their turn, and nobody while it wants to be left alone."""

from collections.abc import Mapping
from typing import Final

from attrs import define, field

from ...core.clock import Ticks, ticks
from ...core.resilience import Candidate, EndpointPool, Guard, Priority, TurnedAway, Turns
from ...core.spans import calling
from ..http import Calls
from .operations import POSTED, path_of
from .wire import STICKERDOM, Heard, heard

ORIGIN: Final = "https://stickerdom.store"
"""Where its Mini App is, whatever stands in for it."""


@define(eq=False)
class Line:
    """Carries what is asked; what is said of one operation's limit is obeyed by all of them."""

    caller: Calls
    pool: EndpointPool
    """With the operations of the store."""
    guard: Guard
    turns: Turns
    ticks: Ticks = ticks
    _alone_until: int = field(default=0, init=False)

    async def send(
        self,
        operation: str,
        wanted: Mapping[str, str],
        priority: Priority,
        *,
        token: str = "",
        body: bytes = b"",
    ) -> Heard:
        """
        What is answered.

        Raises:
            Unavailable: it was not asked, or it is not known what became of it.
        """
        headers = {"Accept": "application/json", "Origin": ORIGIN, "Referer": f"{ORIGIN}/"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body:
            headers["Content-Type"] = "text/plain"
        method = "POST" if operation in POSTED else "GET"

        async def call(candidate: Candidate) -> Heard:
            path = path_of(candidate, wanted)
            with calling(STICKERDOM, operation):
                return heard(await self.caller(method, path, body=body, headers=headers))

        async with self.turns.turn(priority):
            self._check()
            try:
                return await self.pool.call(operation, lambda one: self.guard(lambda: call(one)))
            except TurnedAway as busy:
                self._leave_alone(busy.wait_seconds or 0)
                raise

    def _check(self) -> None:
        left = (self._alone_until - self.ticks()) / 1_000_000
        if left > 0:
            raise TurnedAway(f"{STICKERDOM} wants to be left alone", left)

    def _leave_alone(self, seconds: float) -> None:
        self._alone_until = max(self._alone_until, self.ticks() + round(seconds * 1_000_000))

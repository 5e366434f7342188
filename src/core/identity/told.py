"""Where somebody is signed in, as they are told it; and the end of that when they are erased."""

from collections.abc import AsyncIterator

from attrs import frozen

from ..clock import Clock
from .privacy import Row
from .second_factor import SecondFactors
from .session import Sessions
from .user import UserId


@frozen
class TellSessions:
    """A keeper: sessions, and what makes their user sure."""

    sessions: Sessions
    factors: SecondFactors
    clock: Clock
    name: str = "sessions"

    async def told(self, user: UserId) -> AsyncIterator[Row]:
        """Those that are good now."""
        for each in await self.sessions.of(user, self.clock.now()):
            yield {
                "device": each.device,
                "since": each.began_at.isoformat(),
                "last_seen": each.seen_at.isoformat(),
                "until": each.expires_at.isoformat(),
            }

    async def wipe(self, user: UserId) -> None:
        """They are signed in nowhere, on devices that nobody names, and nothing makes them sure."""
        await self.sessions.wipe(user)
        await self.factors.remove(user)

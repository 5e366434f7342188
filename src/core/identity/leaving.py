"""Sessions seen and ended: by those whose they are, and by those who look after people."""

from collections.abc import Sequence

from attrs import frozen

from ..clock import Clock
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .permission import Permission
from .session import Ended, Session, SessionId, Sessions
from .user import UserId, account_of


@frozen
class ListSessions:
    """Where somebody is signed in."""

    sessions: Sessions
    clock: Clock

    async def __call__(self, caller: Caller, user: UserId) -> Sequence[Session]:
        """
        The newest first.

        Raises:
            NotAllowed: they are somebody else's, and the caller may not see those.
        """
        caller.must_own_or(user, Permission.SEE_OTHERS)
        return await self.sessions.of(user, self.clock.now())


@frozen
class EndSessions:
    """Let somebody be signed in no longer."""

    sessions: Sessions
    audit: Audit
    transaction: Transaction
    clock: Clock

    async def leave(self, user: UserId, session: SessionId) -> None:
        """They sign out; where they had left before, nothing changes."""
        await self.sessions.end(user, self.clock.now(), Ended.LEFT, only=session)

    async def __call__(
        self,
        caller: Caller,
        user: UserId,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> Sequence[SessionId]:
        """
        End that one, or all but that one, or all there are; which ones it were.

        Raises:
            NotAllowed: they are somebody else's, and the caller may not decide about people.
        """
        caller.must_own_or(user, Permission.MANAGE_USERS)
        async with self.transaction():
            ended = await self.sessions.end(
                user, self.clock.now(), Ended.FORCED, only=only, but=but
            )
            if ended and caller.user != user:
                told = " ".join(map(str, ended))[:256]
                await self.audit(caller, "sessions.ended", account_of(user), sessions=told)
        return ended

"""Signing in: a launch becomes a session, and a session goes on by refreshing itself."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from ..clock import Clock
from ..events import Event, EventId, Fact, Outbox
from ..identifiers import Identifiers
from ..limits import SignInAttempts
from ..transaction import Transaction
from .access_token import AccessToken, AccessTokens
from .errors import NotKnown
from .launch import Launches
from .seeing import SeeUser
from .session import Ended, Session, SessionId, Sessions, Spent
from .token import Token

KIND: Final = "rt"
WHAT: Final = "refresh token"

Fresh = Callable[[str], Token]


@frozen(kw_only=True)
class SignedIn:
    """Somebody is signed in: what they show from now on."""

    session: Session
    access: str = field(repr=False)
    expires_at: datetime
    """Until when that is good."""
    refresh: Token
    """What they show afterwards, once."""


def signed_in(session: Session, refresh: Token, tokens: AccessTokens, now: datetime) -> SignedIn:
    """With a new access token."""
    access = AccessToken.of(session.user, session.id, now)
    return SignedIn(
        session=session,
        access=tokens.sign(access),
        expires_at=access.expires_at,
        refresh=refresh,
    )


@frozen(kw_only=True)
class SignIn:
    """Somebody who opened the Mini App is who Telegram says."""

    launches: Launches
    see: SeeUser
    sessions: Sessions
    tokens: AccessTokens
    attempts: SignInAttempts
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers
    fresh: Fresh = Token.fresh

    async def __call__(self, raw: str, device: str, address: str) -> SignedIn:
        """
        A new session.

        Raises:
            NotKnown: Telegram did not say so to us.
            LaunchOver, LaunchUsed: it said so too long ago, or somebody has signed in with it.
            TooOften: too many of these came from that address.
        """
        shown = sha256(raw.encode()).hexdigest()
        attempt = await self.attempts.begin(f"launch:{shown}", address)
        launch, now = self.launches.read(raw), self.clock.now()
        launch.check(now)
        refresh = self.fresh(KIND)
        id = SessionId(self.identifiers())
        user = (await self.see(launch.profile)).user
        session = Session.begin(id, user.id, device, now)
        async with self.transaction():
            await self.sessions.begin(session, launch.digest, refresh.digest)
        await self.attempts.succeeded(attempt)
        return signed_in(session, refresh, self.tokens, now)


@frozen(kw_only=True)
class RefreshSession:
    """Whoever shows the newest refresh token gets the next; who shows an older one is a thief."""

    sessions: Sessions
    tokens: AccessTokens
    attempts: SignInAttempts
    outbox: Outbox
    transaction: Transaction
    clock: Clock
    identifiers: Identifiers
    fresh: Fresh = Token.fresh

    async def __call__(self, text: str, address: str) -> SignedIn:
        """
        The same session with new tokens; the old refresh token is spent.

        A token that was spent before ends the session for both who have it: it cannot be told
        which of them stole it. `session.reused` tells of that.

        Raises:
            NotKnown: it refreshes nothing, or nothing any more.
            TooOften: too many of these came from that address.
        """
        shown = sha256(text.encode()).hexdigest()
        attempt = await self.attempts.begin(f"refresh:{shown}", address)
        token = Token.read(KIND, text)
        if token is None:
            raise NotKnown(WHAT)
        now, refresh = self.clock.now(), self.fresh(KIND)
        async with self.transaction():
            spent = await self.sessions.spend(token.digest, now)
            session = await self._next(spent, refresh, now)
        if session is None:
            raise NotKnown(WHAT)
        await self.attempts.succeeded(attempt)
        return signed_in(session, refresh, self.tokens, now)

    async def _next(self, spent: Spent, refresh: Token, now: datetime) -> Session | None:
        """The session, refreshed; None, where it is over or has to be."""
        session = spent.session
        if not spent.first:
            await self._reused(session, now)
        elif session.is_good(now):
            after = session.refreshed(now)
            await self.sessions.refresh(after, refresh.digest)
            return after
        return None

    async def _reused(self, session: Session, now: datetime) -> None:
        ended = await self.sessions.end(session.user, now, Ended.REUSED, only=session.id)
        if ended:
            facts: dict[str, Fact] = {"session": str(session.id), "user": int(session.user)}
            id = EventId(self.identifiers())
            await self.outbox.put([Event(id=id, name="session.reused", at=now, facts=facts)])

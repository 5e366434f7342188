"""Coming in with an access token: it is read here, and asked about once in a few seconds."""

from hashlib import sha256

from attrs import evolve, field, frozen

from ..clock import Clock, Ticks, ticks
from ..limits import SignInAttempts
from .access_token import WHAT, AccessToken, AccessTokens
from .caller import Caller
from .copies import Copies
from .errors import NotKnown, SessionMissing, UserMissing
from .ports import Users
from .session import Session, SessionId, Sessions
from .user import User


@frozen
class Guest:
    """Somebody who is signed in, and where."""

    caller: Caller
    session: SessionId


@frozen(eq=False)
class OpenWithAccessToken:
    """
    Who it is that shows an access token.

    What was signed by us is true; whether the session still stands, and what its user may do, is
    read anew every few seconds. What was not signed by us is counted by address.
    """

    tokens: AccessTokens
    sessions: Sessions
    users: Users
    attempts: SignInAttempts
    clock: Clock
    ticks: Ticks = ticks
    _copies: Copies[SessionId, tuple[Session, User]] = field(init=False, repr=False)

    @_copies.default
    def _none_yet(self) -> Copies[SessionId, tuple[Session, User]]:
        return Copies(self.ticks)

    async def __call__(self, text: str, address: str) -> Guest:
        """
        The caller, who may what their role may.

        Raises:
            NotKnown: it was not signed by us, is over, or its session is.
            TooOften: too many that we did not sign came from that address.
            Unavailable: it could not be asked.
        """
        now = self.clock.now()
        token = self.tokens.read(text)
        if token is None:
            await self.attempts.begin(f"access:{sha256(text.encode()).hexdigest()}", address)
            raise NotKnown(WHAT)
        if now >= token.expires_at:
            raise NotKnown(WHAT)
        session, user = self._copies.fresh(token.session) or await self._read(token)
        if not session.is_good(now) or token.user != session.user:
            raise NotKnown(WHAT)
        sure = token.sure_until is not None and now < token.sure_until
        return Guest(evolve(Caller.of(user), sure=sure), session.id)

    async def _read(self, token: AccessToken) -> tuple[Session, User]:
        read_at = self.ticks()
        try:
            session = await self.sessions.get(token.session)
            found = session, await self.users.get(session.user)
        except (SessionMissing, UserMissing):
            raise NotKnown(WHAT) from None
        self._copies.put(token.session, found, read_at)
        return found

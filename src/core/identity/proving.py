"""Being sure: somebody shows their second factor, and may then do for a while what needs it."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from attrs import field, frozen

from ..clock import Clock
from ..limits import SignInAttempts
from ..sealing import Sealer
from ..transaction import Transaction
from .access_token import AccessToken, AccessTokens
from .auditing import Audit
from .caller import Caller
from .errors import HasSecondFactor, NotFresh, NothingVouches, NotKnown, SecondFactorMissing
from .one_time import SECRET_BYTES, matching, spelled, uri_of
from .permission import Permission
from .ports import Users
from .second_factor import SecondFactor, SecondFactors, recovery_codes, recovery_digest
from .session import SessionId
from .user import UserId, account_of

SURE_FOR: Final = timedelta(minutes=5)
FRESH_FOR: Final = timedelta(minutes=10)
"""So long after somebody came in by Telegram they may set up their first second factor."""
ISSUER: Final = "Altyn"
WHAT: Final = "code"


def about(user: UserId) -> str:
    """What it is called where it is sealed."""
    return f"second factor of {account_of(user)}"


def person(by: Caller) -> UserId:
    """Who they are; programs have no second factor."""
    if by.user is None:
        raise SecondFactorMissing(by.name)
    return by.user


@frozen(kw_only=True)
class Enrolment:
    """What is shown once, to be put into an app and on paper."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    recovery: tuple[str, ...] = field(repr=False)


@frozen
class EnrolSecondFactor:
    """Give somebody a second factor; it counts from the first code on that their app shows."""

    factors: SecondFactors
    sealer: Sealer
    transaction: Transaction
    clock: Clock
    random: Callable[[int], bytes] = secrets.token_bytes

    async def __call__(self, by: Caller, came_at: datetime) -> Enrolment:
        """
        A new secret and new codes on paper, in the place of those that were not confirmed.

        Raises:
            NotSure: they have a second factor, and did not show it just now.
            NotFresh: it is their first, and they came in too long ago: whoever stole a session
                must not make themselves sure.
            SecondFactorMissing: programs have none.
            NothingSeals: there is no key to seal it with.
        """
        user, now = person(by), self.clock.now()
        factor, enrolment = made(user, now, self.sealer, self.random)
        async with self.transaction():
            if await counts(self.factors, user):
                by.must_be_sure()
            elif now - came_at > FRESH_FOR:
                raise NotFresh(by.name)
            await self.factors.put(factor)
        return enrolment


@frozen
class HandOutSecondFactor:
    """Whoever may decide about people gives somebody their first one, beside whom they sit."""

    factors: SecondFactors
    users: Users
    sealer: Sealer
    audit: Audit
    transaction: Transaction
    clock: Clock
    random: Callable[[int], bytes] = secrets.token_bytes

    async def __call__(self, by: Caller, id: UserId) -> Enrolment:
        """
        A new secret and new codes on paper, in the place of those that were not confirmed.

        Raises:
            NotAllowed: they may not decide about people.
            NotSure: they have not shown their own just now.
            UserMissing: nobody has that number.
            HasSecondFactor: they have one that counts.
            NothingSeals: there is no key to seal it with.
        """
        by.must(Permission.MANAGE_USERS)
        by.must_be_sure()
        factor, enrolment = made(id, self.clock.now(), self.sealer, self.random)
        async with self.transaction():
            user = await self.users.get(id)
            if await counts(self.factors, id):
                raise HasSecondFactor(user.account)
            await self.factors.put(factor)
            await self.audit(by, "factor.handed_out", user.account)
        return enrolment


def made(
    user: UserId, at: datetime, sealer: Sealer, random: Callable[[int], bytes]
) -> tuple[SecondFactor, Enrolment]:
    """A new one: what is kept of it, and what is shown once."""
    secret, codes = random(SECRET_BYTES), recovery_codes(random)
    factor = SecondFactor(
        user=user,
        sealed=sealer.seal(secret, about(user)),
        made_at=at,
        recovery=tuple(digest for code in codes if (digest := recovery_digest(code))),
    )
    uri = uri_of(secret, ISSUER, account_of(user))
    return factor, Enrolment(secret=spelled(secret), uri=uri, recovery=codes)


async def counts(factors: SecondFactors, user: UserId) -> bool:
    """Whether they have one that was confirmed."""
    try:
        return (await factors.get(user)).confirmed_at is not None
    except SecondFactorMissing:
        return False


@frozen
class ShowSecondFactor:
    """Somebody shows a code: of their app, or one from paper."""

    factors: SecondFactors
    sealer: Sealer
    attempts: SignInAttempts
    audit: Audit
    transaction: Transaction
    clock: Clock

    async def __call__(self, by: Caller, code: str, address: str) -> datetime:
        """
        Until when they are sure.

        Each code counts once. What is confirmed by its first code, and what was shown from paper,
        leaves a trail.

        Raises:
            NotKnown: it is no code of theirs, or has counted before.
            SecondFactorMissing: they have none.
            TooOften: too many were wrong, of theirs or from that address.
            SealBroken: the secret cannot be opened with the keys that are here.
        """
        user, now = person(by), self.clock.now()
        attempt = await self.attempts.begin(f"second factor:{user}", address)
        async with self.transaction():
            factor = await self.factors.get(user)
            after = self._after(factor, code, now)
            await self.factors.put(after)
            if factor.confirmed_at is None:
                await self.audit(by, "factor.confirmed", account_of(user))
            elif len(after.recovery) < len(factor.recovery):
                left = len(after.recovery)
                await self.audit(by, "factor.recovered", account_of(user), left=left)
        await self.attempts.succeeded(attempt)
        return now + SURE_FOR

    def _after(self, factor: SecondFactor, code: str, now: datetime) -> SecondFactor:
        """What is kept after that code, which counts, or NotKnown."""
        digest = recovery_digest(code)
        if digest is not None:
            if digest not in factor.recovery or factor.confirmed_at is None:
                raise NotKnown(WHAT)
            return factor.without(digest)
        secret = self.sealer.open(factor.sealed, about(factor.user))
        step = matching(secret, code.strip(), now, factor.step)
        if step is None:
            raise NotKnown(WHAT)
        # Sealed anew each time, so that it moves to the newest key by itself.
        return factor.counted(step, self.sealer.seal(secret, about(factor.user)), now)


@frozen(kw_only=True)
class Sure:
    """Somebody is sure for a while: what they show from now on."""

    access: str = field(repr=False)
    expires_at: datetime
    sure_until: datetime


@frozen
class StepUp:
    """Whoever has signed in and shows their second factor gets a token that says so."""

    show: ShowSecondFactor
    tokens: AccessTokens
    clock: Clock

    async def __call__(self, by: Caller, session: SessionId, code: str, address: str) -> Sure:
        """
        The same session with another access token; refreshing it makes nobody sure.

        Raises:
            NothingVouches: whoever has the bot's token could sign the same.
            NotKnown, SecondFactorMissing, TooOften, SealBroken: as when it is shown.
        """
        if not self.tokens.vouches:
            raise NothingVouches("ALTYN_ACCESS_KEYS")
        sure_until = await self.show(by, code, address)
        token = AccessToken.of(person(by), session, self.clock.now(), sure_until)
        return Sure(
            access=self.tokens.sign(token), expires_at=token.expires_at, sure_until=sure_until
        )


@frozen
class ResetSecondFactor:
    """Somebody lost phone and paper: whoever may decide about people takes the factor away."""

    factors: SecondFactors
    audit: Audit
    transaction: Transaction

    async def __call__(self, by: Caller, user: UserId) -> None:
        """
        They have none afterwards, and set up a new one.

        Raises:
            NotAllowed: they may not decide about people.
            NotSure: they have not shown their own just now.
            SecondFactorMissing: there is none.
        """
        by.must(Permission.MANAGE_USERS)
        by.must_be_sure()
        async with self.transaction():
            if not await self.factors.remove(user):
                raise SecondFactorMissing(account_of(user))
            await self.audit(by, "factor.reset", account_of(user))

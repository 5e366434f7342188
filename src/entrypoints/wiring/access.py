"""Access: how programs and people come in, and the use cases over that."""

import secrets
from collections.abc import AsyncIterator
from typing import Final

from attrs import frozen
from dishka import Provider, Scope, provide

from ...core.clock import Clock, Ticks, ticks
from ...core.events import Outbox
from ...core.identifiers import Identifiers
from ...core.identity import (
    AccessTokens,
    ApiKeys,
    Audit,
    EndSessions,
    EnrolSecondFactor,
    HandOutSecondFactor,
    Launch,
    Launches,
    ListKeys,
    ListSessions,
    MakeKey,
    OpenWithAccessToken,
    OpenWithKey,
    RefreshSession,
    ResetSecondFactor,
    RevokeKey,
    RotateKey,
    SecondFactors,
    SeeUser,
    Sessions,
    ShowSecondFactor,
    SignIn,
    SignInOff,
    StepUp,
    Users,
)
from ...core.limits import FixedWindow, Meter, SignInAttempts
from ...core.sealing import Sealer
from ...core.transaction import Transaction
from .keyring import NamedKey
from .secret import Secret
from .settings import Settings

KEYS_BY_ADDRESS: Final = FixedWindow(name="key.address", limit=20, seconds=300, fails_closed=False)
"""
Nobody guesses keys; whoever shows so many that open nothing is broken, and told to wait. Programs
come in too while the shared meter is away.
"""
KEYS_BY_KEY: Final = FixedWindow(name="key.key", limit=20, seconds=300, fails_closed=False)

FACTOR_BY_USER: Final = FixedWindow(name="factor.user", limit=5, seconds=900)
"""A code has six digits: so few attempts that guessing one takes years."""
FACTOR_BY_ADDRESS: Final = FixedWindow(name="factor.address", limit=20, seconds=300)

SIGNING: Final = "access token"
LINKING: Final = "deep link"
OF_THE_BOT: Final = "bot"
"""The key that is made of the bot's token: whoever has that can sign launches anyway."""


@frozen
class NoLaunches:
    """Nobody opens an app of ours."""

    def read(self, raw: str) -> Launch:
        """As the port says."""
        raise SignInOff("ALTYN_TELEGRAM_TOKEN")


def signing_keys(settings: Settings, purpose: str = SIGNING) -> dict[str, bytes]:
    """By name, the newest first."""
    given = settings.access.keys or (NamedKey(OF_THE_BOT, _of_the_bot(settings)),)
    return {each.name: each.derived(purpose) for each in given}


def _of_the_bot(settings: Settings) -> Secret:
    # Without a bot nobody signs in, so what is signed by this is nothing but refused.
    return Secret(settings.telegram.token.reveal() or secrets.token_hex())


class Access(Provider):
    """Who comes in."""

    scope = Scope.APP

    @provide
    def attempts(self, meter: Meter) -> SignInAttempts:
        """What opens nothing is counted together, whatever it claims to be."""
        return SignInAttempts(meter, KEYS_BY_KEY, KEYS_BY_ADDRESS)

    @provide
    async def opens(
        self, keys: ApiKeys, attempts: SignInAttempts, clock: Clock, ticking: Ticks
    ) -> AsyncIterator[OpenWithKey]:
        """One of them in a process: it remembers."""
        opens = OpenWithKey(keys, attempts, clock, ticking)
        yield opens
        await opens.settle()

    @provide
    def admits(
        self,
        tokens: AccessTokens,
        sessions: Sessions,
        users: Users,
        attempts: SignInAttempts,
        clock: Clock,
        ticking: Ticks,
    ) -> OpenWithAccessToken:
        """The same of people."""
        return OpenWithAccessToken(tokens, sessions, users, attempts, clock, ticking)

    @provide
    def ticks(self) -> Ticks:
        """The time that only grows."""
        return ticks

    @provide
    def tokens(self, settings: Settings) -> AccessTokens:
        """Signed by the operator's keys, or by one that is made of the bot's token."""
        # Whoever has the token of the bot could sign launches, but makes nobody sure.
        return AccessTokens(signing_keys(settings), vouches=bool(settings.access.keys))

    @provide
    def launches(self, settings: Settings) -> Launches:
        """Of the app of our bot."""
        if not settings.telegram.token.reveal():
            return NoLaunches()
        from ...adapters.telegram import TelegramLaunches  # a client of HTTP comes with it

        return TelegramLaunches(settings.telegram.token.reveal())

    @provide
    def sign_in(
        self,
        launches: Launches,
        see: SeeUser,
        sessions: Sessions,
        tokens: AccessTokens,
        attempts: SignInAttempts,
        transaction: Transaction,
        clock: Clock,
        identifiers: Identifiers,
    ) -> SignIn:
        """With secrets that nobody can foresee."""
        return SignIn(
            launches=launches,
            see=see,
            sessions=sessions,
            tokens=tokens,
            attempts=attempts,
            transaction=transaction,
            clock=clock,
            identifiers=identifiers,
        )

    @provide
    def refresh(
        self,
        sessions: Sessions,
        tokens: AccessTokens,
        attempts: SignInAttempts,
        outbox: Outbox,
        transaction: Transaction,
        clock: Clock,
        identifiers: Identifiers,
    ) -> RefreshSession:
        """The same."""
        return RefreshSession(
            sessions=sessions,
            tokens=tokens,
            attempts=attempts,
            outbox=outbox,
            transaction=transaction,
            clock=clock,
            identifiers=identifiers,
        )

    @provide
    def enrol(
        self, factors: SecondFactors, sealer: Sealer, transaction: Transaction, clock: Clock
    ) -> EnrolSecondFactor:
        """The same."""
        return EnrolSecondFactor(factors, sealer, transaction, clock)

    @provide
    def hand_out(
        self,
        factors: SecondFactors,
        users: Users,
        sealer: Sealer,
        audit: Audit,
        transaction: Transaction,
        clock: Clock,
    ) -> HandOutSecondFactor:
        """The same."""
        return HandOutSecondFactor(factors, users, sealer, audit, transaction, clock)

    @provide
    def show(
        self,
        factors: SecondFactors,
        sealer: Sealer,
        meter: Meter,
        audit: Audit,
        transaction: Transaction,
        clock: Clock,
    ) -> ShowSecondFactor:
        """With few attempts."""
        attempts = SignInAttempts(meter, FACTOR_BY_USER, FACTOR_BY_ADDRESS)
        return ShowSecondFactor(factors, sealer, attempts, audit, transaction, clock)

    step_up = provide(StepUp)
    reset_second_factor = provide(ResetSecondFactor)
    make = provide(MakeKey)
    list_keys = provide(ListKeys)
    rotate = provide(RotateKey)
    revoke = provide(RevokeKey)
    list_sessions = provide(ListSessions)
    end_sessions = provide(EndSessions)

"""Access: how programs and people come in, and the use cases over that."""

from collections.abc import AsyncIterator
from typing import Final

from dishka import Provider, Scope, provide

from ...core.clock import Clock, Ticks, ticks
from ...core.identity import ApiKeys, MakeKey, OpenWithKey, RevokeKey, RotateKey
from ...core.limits import FixedWindow, Meter, SignInAttempts
from ...core.transaction import Transaction

KEYS_BY_ADDRESS: Final = FixedWindow(name="key.address", limit=20, seconds=300)
"""Nobody guesses keys; whoever shows so many that open nothing is broken, and told to wait."""
KEYS_BY_KEY: Final = FixedWindow(name="key.key", limit=20, seconds=300)


class Access(Provider):
    """Who comes in."""

    scope = Scope.APP

    @provide
    async def opens(
        self, keys: ApiKeys, meter: Meter, clock: Clock, ticking: Ticks
    ) -> AsyncIterator[OpenWithKey]:
        """One of them in a process: it remembers."""
        attempts = SignInAttempts(meter, KEYS_BY_KEY, KEYS_BY_ADDRESS)
        opens = OpenWithKey(keys, attempts, clock, ticking)
        yield opens
        await opens.settle()

    @provide
    def ticks(self) -> Ticks:
        """The time that only grows."""
        return ticks

    @provide
    def make(self, keys: ApiKeys, clock: Clock) -> MakeKey:
        """With secrets that nobody can foresee."""
        return MakeKey(keys, clock)

    @provide
    def rotate(self, keys: ApiKeys, transaction: Transaction, clock: Clock) -> RotateKey:
        """The same."""
        return RotateKey(keys, transaction, clock)

    revoke = provide(RevokeKey)

"""Coming in with a key: strangers are counted, friends are remembered for a few seconds."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from weakref import WeakValueDictionary

from attrs import field, frozen

from ..clock import Clock, Ticks, ticks
from ..errors import AltynError
from ..limits import SignInAttempts
from .caller import Caller
from .copies import Copies
from .errors import KeyMissing, NotKnown
from .keys import KIND, ApiKey, ApiKeys
from .token import Token

NOTED_EVERY: Final = timedelta(minutes=1)


@frozen(eq=False)
class OpenWithKey:
    """
    Who it is that shows a key.

    Whoever came in a moment ago is known without asking the storage. What was not seen to be good
    here is counted by address before it is looked at, so that nobody tries many keys.
    """

    keys: ApiKeys
    attempts: SignInAttempts
    clock: Clock
    ticks: Ticks = ticks
    _copies: Copies[str, ApiKey] = field(init=False, repr=False)
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(
        factory=WeakValueDictionary, init=False, repr=False
    )
    _errands: set[asyncio.Task[None]] = field(factory=set, init=False, repr=False)

    @_copies.default
    def _none_yet(self) -> Copies[str, ApiKey]:
        return Copies(self.ticks)

    async def __call__(self, given: str, address: str) -> Caller:
        """
        The caller, who may what the key opens.

        Raises:
            NotKnown: it opens nothing: there is none, or it was revoked, or its time is over.
            TooOften: too much that opens nothing came from that address.
            Unavailable: it could not be asked.
        """
        token = Token.read(KIND, given)
        key = self._remembered(token) or await self._asked(given, token, address)
        if not key.is_good(self.clock.now()):
            raise NotKnown("key")
        return key.caller

    async def settle(self) -> None:
        """Wait until what was noted of their use is kept, or will never be."""
        await asyncio.gather(*self._errands)

    def _remembered(self, token: Token | None) -> ApiKey | None:
        copy = self._copies.fresh(token.public) if token else None
        return copy if copy and token and copy.is_of(token) else None

    def _met(self, token: Token) -> bool:
        copy = self._copies.any(token.public)
        return copy is not None and copy.is_of(token)

    async def _asked(self, given: str, token: Token | None, address: str) -> ApiKey:
        # Many who show the same at once are one attempt, counted by what they show and not by the
        # key that it claims to be: nobody locks out another.
        shown = sha256(given.encode()).hexdigest()
        async with self._turns.setdefault(shown, asyncio.Lock()):
            if key := self._remembered(token):
                return key
            if token and self._met(token):
                return await self._read(token)
            attempt = await self.attempts.begin(f"key:{shown}", address)
            if token is None:
                raise NotKnown("key")
            key = await self._read(token)
            if key.is_good(self.clock.now()):
                await self.attempts.succeeded(attempt)
            return key

    async def _read(self, token: Token) -> ApiKey:
        read_at = self.ticks()
        try:
            key = await self.keys.get(token.public)
        except KeyMissing:
            raise NotKnown("key") from None
        if not key.is_of(token):
            raise NotKnown("key")
        self._copies.put(key.public, key, read_at)
        self._note(key, self.clock.now())
        return key

    def _note(self, key: ApiKey, now: datetime) -> None:
        if not key.is_good(now) or (key.used_at is not None and now - key.used_at < NOTED_EVERY):
            return
        errand = asyncio.create_task(self._used(key, now))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _used(self, key: ApiKey, now: datetime) -> None:
        # When it was used is worth knowing, but nobody waits for it, and nobody is refused for it.
        with suppress(AltynError):
            await self.keys.used(key.public, now)

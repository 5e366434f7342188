"""Copies of what is known better elsewhere, for showing it to people faster."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Final, Generic, Protocol, TypeVar

from attrs import Factory, define, field, frozen
from attrs.validators import ge, gt, lt

from ..errors import Missing, Unavailable
from ..signals import Signals, Unheard

Found = TypeVar("Found")

FOUND: Final = b"+"
MISSING: Final = b"-"


@define
class CacheUnreachable(Unavailable):
    """The cache does not answer; whoever asked does without it."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"cannot use the cache in {self.where}: {self.reason}"


@frozen
class Lease:
    """The right to bring the copy that is missing; good until it ends or the key is forgotten."""

    token: str


class Cache(Protocol):
    """
    Copies by key, each for a while: of profiles, names, pictures, lists to look at.

    Nothing decides money from a cache. A copy may be old, and all of them may be gone at any
    moment; balances, prices to be paid, limits and payments are read where they are kept. A key
    is any text, a copy any bytes. Every method may raise CacheUnreachable.
    """

    async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
        """
        The copy; or a lease for whoever finds none and should bring it; or None while another
        has the lease.
        """
        ...

    async def keep(self, key: str, lease: Lease, copy: bytes, seconds: float) -> None:
        """Keep the copy for so long and end the lease; nothing if that is not good any more."""
        ...

    async def give_up(self, key: str, lease: Lease) -> None:
        """End the lease without a copy; nothing if that is not good any more."""
        ...

    async def forget(self, key: str) -> None:
        """There is no copy now, and no lease that was given before is good any more."""
        ...


@frozen
class Copy(Generic[Found]):
    """
    What was so when somebody last looked.

    It is not the thing itself, so that it is not taken for it: what decides about money asks for
    the thing, and a type checker sees the difference.
    """

    to_show: Found


@define(kw_only=True)
class Aside(Generic[Found]):
    """
    Copies of one kind of thing, brought in when somebody misses one.

    However many ask for a key at once, here or in other processes, it is loaded once, and all of
    them are told the same, also when loading fails; a caller who gives up leaves the load to the
    others. `load_seconds` is how long a load is left alone: whoever waited so long loads for
    itself. A copy is kept for `fresh_seconds` less up to `jitter` of them, so that copies made
    together do not end together. That something is Missing is kept for `missing_seconds`, if
    `missing` can say it again. Without the cache everything is loaded.

    Loading happens in a task of its own and so outside the transaction of the caller: what may
    be undone is not kept. Whoever changes the thing forgets its copy after the commit:

        async with self.transaction():
            await self.profiles.put(profile)
        await self.copies.forget(profile.id)

    Forgotten inside, the copy could be made again from what is about to be replaced. When the
    process dies between the two, or the cache is away, `fresh_seconds` is how long the old copy
    lives.
    """

    name: str
    cache: Cache
    encode: Callable[[Found], bytes]
    decode: Callable[[bytes], Found]
    missing: Callable[[str], Missing] | None = None
    fresh_seconds: float = field(default=60.0, validator=gt(0))
    missing_seconds: float = field(default=5.0, validator=gt(0))
    jitter: float = field(default=0.1, validator=[ge(0), lt(1)])
    load_seconds: float = field(default=10.0, validator=gt(0))
    poll_seconds: float = field(default=0.05, validator=gt(0))
    random: Random = Factory(Random)
    signals: Signals = Factory(Unheard)
    _flights: dict[str, asyncio.Task[Copy[Found]]] = field(factory=dict, init=False)

    async def __call__(self, key: str, load: Callable[[], Awaitable[Found]]) -> Copy[Found]:
        """
        The copy, loaded if there is none.

        Raises:
            Missing: what `missing` says, while it is remembered that there is nothing.
            Exception: what `load` raised.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = asyncio.create_task(self._fly(key, load))
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    async def forget(self, key: str) -> None:
        """Whoever asks from now on is not told what was known before."""
        try:
            with self._doing_without():
                await self.cache.forget(f"{self.name}:{key}")
        finally:
            self._flights.pop(key, None)

    def _landed(self, key: str, flight: asyncio.Task[Copy[Found]]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()  # looked at, in case every caller has gone

    async def _fly(self, key: str, load: Callable[[], Awaitable[Found]]) -> Copy[Found]:
        seen: Copy[Found] | Missing | Lease | None = None
        with self._doing_without():
            seen = await self._look(key)
        if isinstance(seen, Missing):
            raise seen
        if isinstance(seen, Copy):
            return seen
        self.signals.count("cache_loads_total", name=self.name)
        try:
            found = await load()
            copy = FOUND + self.encode(found)
        except Missing:
            known = None if self.missing is None else MISSING
            await self._settle(key, seen, known, self.missing_seconds)
            raise
        except Exception:
            await self._settle(key, seen, None, 0)
            raise
        await self._settle(key, seen, copy, self.fresh_seconds)
        return Copy(found)

    async def _look(self, key: str) -> Copy[Found] | Missing | Lease | None:
        """What is known, or the lease to load it, or None: nobody else did in all that time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.load_seconds
        while True:
            seen = await self.cache.look(f"{self.name}:{key}", self.load_seconds)
            if isinstance(seen, Lease):
                return seen
            if seen is not None:
                try:
                    return self._read(key, seen)
                except Exception:  # whatever `decode` says to bytes that are not its own
                    self.signals.count("cache_corrupt_total", name=self.name)
                    await self.cache.forget(f"{self.name}:{key}")
            if loop.time() >= end:
                return None
            await asyncio.sleep(self.poll_seconds)

    def _read(self, key: str, copy: bytes) -> Copy[Found] | Missing:
        if copy == MISSING and self.missing is not None:
            return self.missing(key)
        if not copy.startswith(FOUND):
            raise ValueError("not a copy of ours")
        return Copy(self.decode(copy.removeprefix(FOUND)))

    async def _settle(
        self, key: str, lease: Lease | None, copy: bytes | None, seconds: float
    ) -> None:
        if lease is None:
            return
        with self._doing_without():
            if copy is None:
                await self.cache.give_up(f"{self.name}:{key}", lease)
            else:
                seconds *= 1 - self.jitter * self.random.random()
                await self.cache.keep(f"{self.name}:{key}", lease, copy, seconds)

    @contextmanager
    def _doing_without(self) -> Iterator[None]:
        try:
            yield
        except Unavailable:
            self.signals.count("cache_unavailable_total", name=self.name)

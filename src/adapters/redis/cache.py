"""The cache that processes share: one key of Redis for each copy, or for the lease to bring it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Final
from uuid import uuid4

from attrs import define, field
from redis.exceptions import RedisClusterException, RedisError, ResponseError
from redis.exceptions import TimeoutError as ClientTimeout

from ...core.clock import Ticks, ticks
from ...core.resilience import CacheUnreachable, Lease
from .connection import Client

CALLS_MAX: Final = 32
DEADLINE_SECONDS: Final = 0.5
REST_SECONDS: Final = 1.0
KEY_BYTES_MAX: Final = 128

COPY: Final = b"="
LEASE: Final = b"?"

# Whoever lost the lease must change nothing, so it is compared where nobody comes between.
KEEP: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
"""
GIVE_UP: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
"""


@define
class RedisCache:
    """
    Copies shared by all that use this client's Redis and this prefix.

    A copy and the lease to bring it are the same key, so that one can only replace the other,
    and a cluster needs no more than the key itself. Nothing stays: each key has its end. When
    Redis did not answer, nobody looks there for `rest_seconds`: to do without it costs nothing.
    """

    _client: Client = field(repr=False)
    prefix: str = "altyn:cache:"
    deadline_seconds: float = DEADLINE_SECONDS
    rest_seconds: float = REST_SECONDS
    ticks: Ticks = ticks
    # A client that has no connection left refuses: here a crowd waits instead.
    _calls: asyncio.Semaphore = field(factory=lambda: asyncio.Semaphore(CALLS_MAX), init=False)
    _resting_until: float = field(default=float("-inf"), init=False)

    async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
        """As the port says."""
        name, lease = self._name(key), Lease(uuid4().hex)
        async with self._asking(unless_resting=True):
            # Copies are bytes, even where the client takes everything for text.
            kept = await self._client.execute_command("GET", name, NEVER_DECODE=True)
            if kept is None:
                taken = await self._client.set(
                    name, _written(lease), nx=True, px=_milliseconds(lease_seconds)
                )
                return lease if taken else None
        return None if kept.startswith(LEASE) else kept.removeprefix(COPY)

    async def keep(self, key: str, lease: Lease, copy: bytes, seconds: float) -> None:
        """As the port says."""
        async with self._asking():
            await self._client.eval(
                KEEP, 1, self._name(key), _written(lease), COPY + copy, _milliseconds(seconds)
            )

    async def give_up(self, key: str, lease: Lease) -> None:
        """As the port says."""
        async with self._asking():
            await self._client.eval(GIVE_UP, 1, self._name(key), _written(lease))

    async def forget(self, key: str) -> None:
        """As the port says."""
        async with self._asking():
            await self._client.delete(self._name(key))

    def _name(self, key: str) -> bytes:
        plain = key.encode("utf-8", "surrogatepass")
        # Two spaces of names, or a key that looks like a digest could meet one.
        if len(plain) > KEY_BYTES_MAX:
            return f"{self.prefix}sha256:{sha256(plain).hexdigest()}".encode()
        return f"{self.prefix}key:".encode() + plain

    @asynccontextmanager
    async def _asking(self, unless_resting: bool = False) -> AsyncIterator[None]:
        async with self._calls:
            if unless_resting and self.ticks() < self._resting_until:
                raise CacheUnreachable("redis", "it did not answer a moment ago")
            async with self._answered():
                yield

    @asynccontextmanager
    async def _answered(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                yield
        except (TimeoutError, ClientTimeout):  # the client may make its own of ours
            self._rest()
            reason = f"no answer within {self.deadline_seconds:g} s"
            raise CacheUnreachable("redis", reason) from None
        except (RedisError, RedisClusterException, OSError) as failed:
            if not isinstance(failed, ResponseError):  # that was an answer, if not the one wanted
                self._rest()
            # The client's own words may quote the address.
            raise CacheUnreachable("redis", type(failed).__name__) from failed

    def _rest(self) -> None:
        self._resting_until = self.ticks() + round(self.rest_seconds * 1_000_000)


def _written(lease: Lease) -> bytes:
    return LEASE + lease.token.encode()


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))

"""The library `limits`, on redis-py: the client it takes by itself, coredis, was slower here."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing
from functools import partial
from typing import Any, Final

from redis import ConnectionPool
from redis.asyncio import ConnectionPool as AsyncConnectionPool

from .limiter import Decide, Kind, Limiter, Quota
from .peers import peer

STRATEGIES: Final[Mapping[Kind, str]] = {
    "fixed window": "FixedWindowRateLimiter",
    "strict window": "MovingWindowRateLimiter",
    "another kind": "SlidingWindowCounterRateLimiter",
}


@asynccontextmanager
async def limits(url: str | None) -> AsyncIterator[Sequence[Limiter]]:
    """As the protocol says."""
    async with AsyncExitStack() as stack:
        storage, blocking_storage = await _storages(url, stack)
        found = []
        for kind, strategy in STRATEGIES.items():
            limiter = getattr(peer("limits.aio.strategies"), strategy)(storage(kind))
            found.append(Limiter("limits", kind, partial(_counting, limiter)))
            blocking = getattr(peer("limits.strategies"), strategy)(blocking_storage(kind))
            found.append(Limiter("limits", kind, partial(_blocking, blocking), blocking=True))
        yield found


async def _storages(
    url: str | None, stack: AsyncExitStack
) -> tuple[Callable[[Kind], Any], Callable[[Kind], Any]]:
    """For each strategy another, since they would take each other's keys for their own."""
    if url is None:
        return (
            lambda _: peer("limits.aio.storage").MemoryStorage(),
            lambda _: peer("limits.storage").MemoryStorage(),
        )
    pool = await stack.enter_async_context(aclosing(AsyncConnectionPool.from_url(url)))
    blocking_pool = stack.enter_context(closing(ConnectionPool.from_url(url)))
    return (
        lambda kind: peer("limits.aio.storage").RedisStorage(
            f"async+{url}",
            implementation="redispy",
            connection_pool=pool,
            key_prefix=f"bench-limits:{kind}",
        ),
        lambda kind: peer("limits.storage").RedisStorage(
            url, connection_pool=blocking_pool, key_prefix=f"bench-limits-sync:{kind}"
        ),
    )


def _item(quota: Quota) -> Any:
    return peer("limits").RateLimitItemPerSecond(quota.limit, quota.seconds)


def _counting(limiter: Any, quota: Quota) -> Decide:
    hit, item = limiter.hit, _item(quota)

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if await hit(item, key):
                admitted += 1
        return admitted

    return decide


def _blocking(limiter: Any, quota: Quota) -> Decide:
    hit, item = limiter.hit, _item(quota)

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if hit(item, key):
                admitted += 1
        return admitted

    return decide

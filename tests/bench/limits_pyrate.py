"""The library `pyrate-limiter`: a limiter for each key, made when the key is first asked for."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, closing
from functools import partial
from typing import Any

from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from .limiter import Decide, Kind, Limiter, Quota
from .peers import peer

Bucket = Callable[[Sequence[Any], str], Any]
"""For these rates and that key."""


@asynccontextmanager
async def pyrate(url: str | None) -> AsyncIterator[Sequence[Limiter]]:
    """As the protocol says."""
    library = peer("pyrate_limiter")
    kinds: dict[Kind, Any] = {
        "GCRA": library.GCRA(),
        "fixed window": library.FixedWindow(),
        "strict window": library.SlidingWindowLog(),
    }
    async with AsyncExitStack() as stack:
        client: Any = None
        blocking_client: Any = None
        digest = ""
        if url is not None:
            client = await stack.enter_async_context(aclosing(AsyncRedis.from_url(url)))
            blocking_client = stack.enter_context(closing(Redis.from_url(url)))
            digest = blocking_client.script_load(
                peer("pyrate_limiter.buckets.redis_bucket").LuaScript.PUT_ITEM
            )
        yield [
            limiter
            for kind, algorithm in kinds.items()
            for limiter in (
                Limiter(
                    "pyrate-limiter",
                    kind,
                    partial(_counting, _bucket(kind, algorithm, client, digest)),
                ),
                Limiter(
                    "pyrate-limiter",
                    kind,
                    partial(_blocking, _bucket(kind, algorithm, blocking_client, digest)),
                    blocking=True,
                ),
            )
        ]


def _bucket(kind: Kind, algorithm: Any, client: Any, digest: str) -> Bucket:
    library = peer("pyrate_limiter")
    place = "async" if isinstance(client, AsyncRedis) else "sync"

    def bucket(rates: Sequence[Any], key: str) -> Any:
        name = f"bench-pyrate:{place}:{kind}:{rates[0].limit}:{key}"
        if kind == "GCRA":
            if client is None:
                return library.StateBucket(rates, algorithm, library.InMemoryStateStore())
            return library.StateBucket(rates, algorithm, library.RedisStateStore(client, name))
        if client is None:
            return library.InMemoryBucket(rates, algorithm)
        return library.RedisBucket(rates, client, name, digest, algorithm)

    return bucket


def _limiter_of(bucket: Bucket, quota: Quota) -> Callable[[str], Any]:
    """Makes it and keeps it."""
    library = peer("pyrate_limiter")
    rates = [library.Rate(quota.limit, quota.seconds * 1000)]
    kept: dict[str, Any] = {}

    def of(key: str) -> Any:
        limiter = kept.get(key)
        if limiter is None:
            # No thread that tidies up: what is measured is over before there is anything to tidy.
            factory = library.SingleBucketFactory(bucket(rates, key), schedule_leak=False)
            limiter = kept[key] = library.Limiter(factory)
        return limiter

    return of


def _counting(bucket: Bucket, quota: Quota) -> Decide:
    limiter_of = _limiter_of(bucket, quota)

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if await limiter_of(key).try_acquire_async(key, 1, blocking=False):
                admitted += 1
        return admitted

    return decide


def _blocking(bucket: Bucket, quota: Quota) -> Decide:
    limiter_of = _limiter_of(bucket, quota)

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if limiter_of(key).try_acquire(key, 1, blocking=False):
                admitted += 1
        return admitted

    return decide

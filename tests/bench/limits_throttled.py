"""The library `throttled-py`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final

from .limiter import Decide, Kind, Limiter, Quota
from .peers import peer

ALGORITHMS: Final[Mapping[Kind, str]] = {
    "GCRA": "gcra",
    "fixed window": "fixed_window",
    "another kind": "token_bucket",
}
KEYS_MAX: Final = 1_000_000
"""By itself it forgets keys beyond 1 024, and with them what they owe."""


@asynccontextmanager
async def throttled(url: str | None) -> AsyncIterator[Sequence[Limiter]]:
    """As the protocol says."""
    store, blocking_store = (_store(peer(name), url) for name in ("throttled.asyncio", "throttled"))
    yield [
        limiter
        for kind, algorithm in ALGORITHMS.items()
        for limiter in (
            Limiter("throttled-py", kind, partial(_counting, store, algorithm)),
            Limiter("throttled-py", kind, partial(_blocking, blocking_store, algorithm), True),
        )
    ]
    if url is not None:
        await store._backend.get_client().aclose()
        blocking_store._backend.get_client().close()


def _store(module: Any, url: str | None) -> Any:
    if url is None:
        return module.MemoryStore(options={"MAX_SIZE": KEYS_MAX})
    return module.RedisStore(server=url)


def _throttled(module: Any, store: Any, algorithm: str, quota: Quota) -> Any:
    counted = module.rate_limiter.per_duration(
        timedelta(seconds=quota.seconds), quota.limit, burst=quota.limit
    )
    return module.Throttled(
        using=algorithm, quota=counted, store=store, key_prefix=f"bench-{quota.limit}"
    )


def _counting(store: Any, algorithm: str, quota: Quota) -> Decide:
    limit = _throttled(peer("throttled.asyncio"), store, algorithm, quota).limit

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if not (await limit(key)).limited:
                admitted += 1
        return admitted

    return decide


def _blocking(store: Any, algorithm: str, quota: Quota) -> Decide:
    limit = _throttled(peer("throttled"), store, algorithm, quota).limit

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            if not limit(f"sync-{key}").limited:
                admitted += 1
        return admitted

    return decide

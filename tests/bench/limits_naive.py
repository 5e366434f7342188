"""The limiter that is written first: read, decide, write. It is here as a warning."""

from collections.abc import Sequence

from redis.asyncio import Redis

from .limiter import Decide, Quota


def naive(client: Redis, quota: Quota) -> Decide:
    """Between the question and the count anybody else may ask the same question."""

    async def decide(keys: Sequence[str]) -> int:
        admitted = 0
        for key in keys:
            counted = await client.get(key)
            if counted is None:
                await client.setex(key, quota.seconds, 1)
            elif int(counted) < quota.limit:
                await client.incr(key)
            else:
                continue
            admitted += 1
        return admitted

    return decide

"""A pool that knows after a restart what it knew before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from ..errors import AltynError
from .endpoints import EndpointPool
from .reputation import Reputations

EVERY_SECONDS: Final = 5.0


@asynccontextmanager
async def remembering(
    pool: EndpointPool, reputations: Reputations, *, every_seconds: float = EVERY_SECONDS
) -> AsyncIterator[None]:
    """
    Load what is known of the pool's endpoints, keep what changes, and the last of it at the end.

    Calls never wait for it. A store that fails costs memory, not calls: it is counted as
    `endpoint_memory_failures_total`, and what was not kept is kept the next time.
    """
    kept = frozenset[object]()

    async def keep() -> None:
        nonlocal kept
        known = pool.reputations()
        fresh = [each for each in known if each not in kept]
        if not fresh:
            return
        try:
            await reputations.keep(fresh)
        except AltynError:
            pool.signals.count("endpoint_memory_failures_total", pool=pool.name)
        else:
            kept = frozenset(known)

    async def keep_on() -> None:
        while True:
            await asyncio.sleep(every_seconds)
            await keep()

    try:
        pool.recall(await reputations.of(pool.name))
    except AltynError:
        pool.signals.count("endpoint_memory_failures_total", pool=pool.name)
    keeping = asyncio.create_task(keep_on())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await keep()

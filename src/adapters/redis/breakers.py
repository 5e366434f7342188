"""Trips that all processes share: a key of Redis while a dependency rests, a set for its probes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from attrs import define, field
from redis.asyncio import Redis
from redis.exceptions import RedisError

from ...core.resilience import Place, SharingAway, Trip

DEADLINE_SECONDS: Final = 0.25

# KEYS[1] is there while the dependency rests; its value is the moment of the trip, its id.
# KEYS[2] has a member for each probe; the score is the moment at which its place ends.
# Moments are microseconds of the server's clock, exact in a double until the year 2255.

HOLDING: Final = """
local left = redis.call('PTTL', KEYS[1])
if left > 0 then return {redis.call('GET', KEYS[1]), left} end
"""
NOW: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
"""
LOOK: Final = f"{HOLDING} return false"
TRIP: Final = f"""{HOLDING}{NOW}
local id = string.format('%.0f', now)
redis.call('SET', KEYS[1], id, 'PX', ARGV[1])
return {{id, ARGV[1]}}
"""
PROBE: Final = f"""{HOLDING}{NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[3] * 1000), ARGV[1])
redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), tonumber(ARGV[3])))
return 1
"""


@define
class RedisTrips:
    """
    Shared by all whose clients ask the same Redis with the same prefix, on its server's clock.

    Nothing stays: each key has its end. A Redis that was wiped forgets who rests and who probes;
    the guards then find out anew, each within its own bounds.
    """

    _client: Redis = field(repr=False)
    prefix: str = "altyn:breakers:"
    deadline_seconds: float = DEADLINE_SECONDS

    async def look(self, name: str) -> Trip | None:
        """As the port says."""
        told = await self._run(LOOK, name)
        return _trip(told) if told else None

    async def trip(self, name: str, open_ticks: int) -> Trip:
        """As the port says."""
        return _trip(await self._run(TRIP, name, _milliseconds(open_ticks)))

    async def probe(self, name: str, place: Place, probes: int, probe_ticks: int) -> Trip | bool:
        """As the port says."""
        told = await self._run(PROBE, name, place, probes, _milliseconds(probe_ticks))
        return _trip(told) if isinstance(told, list) else bool(told)

    async def give_back(self, name: str, place: Place) -> None:
        """As the port says."""
        async with self._asking():
            await self._client.zrem(self._keys(name)[1], place)

    async def _run(self, script: str, name: str, *words: str | int) -> Any:
        async with self._asking():
            # When the server forgot the script, this loads it again.
            return await self._client.register_script(script)(self._keys(name), words)

    def _keys(self, name: str) -> tuple[str, str]:
        both = f"{self.prefix}{{{name}}}"
        return f"{both}:trip", f"{both}:probes"

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.deadline_seconds):
                yield
        except TimeoutError:
            raise SharingAway(f"no answer within {self.deadline_seconds:g} s") from None
        except (RedisError, OSError) as failed:
            # The client's own words may quote the address.
            raise SharingAway(type(failed).__name__) from failed


def _trip(told: Any) -> Trip:
    id, left = told
    return Trip(int(id), int(left) * 1000)


def _milliseconds(ticks: int) -> int:
    return max(-(-ticks // 1000), 1)

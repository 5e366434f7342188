"""Meters on a real Redis, and a hand that moves the time they go by."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal

from attrs import define
from redis.asyncio import Redis

from altyn.adapters.redis import RedisMeter, Wire, open_redis
from altyn.adapters.redis.limits import lua

Way = Literal["wire", "client"]

BY_HAND: Final = """
now = tonumber(redis.call('GET', string.match(KEYS[1], '^(.*)since$') .. 'moment'))
"""
"""What comes after the clock of the script where time moves by hand."""
FOR_LONG: Final = """
lifetime = function() return 366 * 24 * 3600 * 1000 end
"""
"""What comes then where nothing may vanish by itself meanwhile."""


@asynccontextmanager
async def connected(
    url: str, prefix: str, way: Way = "wire", **options: Any
) -> AsyncIterator[RedisMeter]:
    """A meter with a connection of its own, as each process has; it waits for a slow machine."""
    client = Wire(url) if way == "wire" else open_redis(url)
    try:
        yield RedisMeter(client, prefix, **({"deadline_seconds": 30} | options))
    finally:
        await client.aclose()


@define
class Hand:
    """Moves the clock of the server and that of the caller; both count microseconds."""

    _client: Redis
    _key: str
    count: int = 1_800_000_000_000_000

    def __call__(self) -> int:
        """Ticks of the caller, that never go back."""
        return self.count

    async def advance(self, microseconds: int) -> None:
        """Let that much time pass."""
        self.count += microseconds
        await self.set_back(0)

    async def set_back(self, microseconds: int) -> None:
        """Let the clock of the server, and only that one, be that far behind what it was."""
        await self._client.set(self._key, self.count - microseconds)


@asynccontextmanager
async def hand_of(url: str, prefix: str) -> AsyncIterator[Hand]:
    """The hand for the meters with that prefix; all of them go by it."""
    async with open_redis(url) as client:
        hand = Hand(client, f"{prefix}{{limits}}:moment")
        await hand.advance(0)
        yield hand


def goes_by(hand: Hand) -> dict[str, Any]:
    """What a meter is made with, so that it goes by the hand."""
    return {"ticks": hand, "script": lua("clock") + BY_HAND + FOR_LONG + lua("limits")}

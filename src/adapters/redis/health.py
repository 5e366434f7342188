"""Whether Redis answers."""

import asyncio
from typing import Final

from attrs import field, frozen
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError

from ...core.health import Condition

DEADLINE_SECONDS: Final = 1.0


@frozen
class RedisProbe:
    """Asks Redis for a sign of life, on a connection of its own."""

    _url: str = field(repr=False)
    deadline_seconds: float = DEADLINE_SECONDS

    @property
    def name(self) -> str:
        """What people call it."""
        return "redis"

    async def __call__(self) -> Condition:
        """As the port says. The words are ours alone: those of the client may quote the address."""
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await self._ping()
        except TimeoutError:
            return Condition(False, f"no answer within {self.deadline_seconds:g} s")
        except AuthenticationError:
            return Condition(False, "it does not accept our name and password")
        except (RedisError, OSError) as failed:
            return Condition(False, f"it cannot be asked ({type(failed).__name__})")
        except ValueError:
            return Condition(False, "its address is malformed")

    async def _ping(self) -> Condition:
        # The client's own retries would outlast the deadline and hide what is wrong.
        client = Redis.from_url(self._url, retry=Retry(NoBackoff(), 0))
        try:
            await client.ping()
        finally:
            await client.aclose()
        return Condition(True)

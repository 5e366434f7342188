"""One call after the other, with a rest between them: for providers who count."""

import asyncio
from collections.abc import Mapping

from attrs import define, field

from ..http import Answer, Calls


@define
class Unhurried:
    """Lets one call begin no sooner than so long after the one before has ended."""

    calls: Calls
    rest_seconds: float
    _turn: asyncio.Lock = field(factory=asyncio.Lock, init=False)
    _rested_at: float = field(default=0.0, init=False)

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to the call, when it is its turn."""
        time = asyncio.get_running_loop().time
        async with self._turn:
            await asyncio.sleep(self._rested_at - time())
            try:
                return await self.calls(method, path, body=body, headers=headers)
            finally:
                self._rested_at = time() + self.rest_seconds

"""One call over HTTP, and what can be known when it fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, Final, Protocol

import httpx
from attrs import define, field, frozen

from ...core.errors import Unavailable
from ...core.resilience import NotExecuted

DEADLINE_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 5.0
ANSWER_BYTES_MAX: Final = 1024 * 1024
RETRY_AFTER_MAX_SECONDS: Final = 300
DIGITS_MAX: Final = 20


@define
class NoAnswer(Unavailable):
    """It was sent, and whether it was carried out is not known."""

    whom: str
    reason: str
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.whom} left us in doubt: {self.reason}"


@define
class TooLong(NoAnswer):
    """More came back than is taken; asking for less of it may help."""


@frozen
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def retry_after_seconds(self) -> float | None:
        """How long we were asked to wait, where that was said in seconds; bounded."""
        told = self.headers.get("retry-after", "")
        if not told.isdecimal():
            return None
        # Python refuses to read a number of thousands of digits, which is long all the same.
        return float(min(int(told[:DIGITS_MAX]), RETRY_AFTER_MAX_SECONDS))

    def json(self) -> Any:
        """
        What it says, with decimal numbers as they are written.

        Raises:
            ValueError: it is not JSON.
        """
        try:
            return json.loads(self.body, parse_float=Decimal)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Calls(Protocol):
    """Whoever carries a request to a server and brings the answer."""

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """
        The answer, whatever its status.

        Raises:
            NotExecuted: nothing was sent.
            Unavailable: it was, and no whole answer came.
        """
        ...


@frozen
class Caller:
    """
    Calls one server. It follows no redirects and repeats nothing.

    The words of its errors are ours: those of the library may quote an address or a secret.
    """

    whom: str
    _client: httpx.AsyncClient = field(repr=False)
    deadline_seconds: float = DEADLINE_SECONDS
    answer_bytes_max: int = ANSWER_BYTES_MAX

    async def __call__(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """
        The answer, whatever its status.

        Raises:
            NotExecuted: nothing was sent.
            NoAnswer: it was, and no whole answer came within the deadline.
        """
        try:
            async with asyncio.timeout(self.deadline_seconds):
                return await self._call(method, path, body, headers or {})
        except TimeoutError:
            raise NoAnswer(self.whom, f"no answer in {self.deadline_seconds:g} s") from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failed:
            raise NotExecuted(f"cannot reach {self.whom} ({type(failed).__name__})") from None
        except httpx.HTTPError as failed:
            raise NoAnswer(self.whom, type(failed).__name__) from None

    async def _call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        async with self._client.stream(
            method, path, content=body or None, headers=dict(headers)
        ) as response:
            received = bytearray()
            async for piece in response.aiter_bytes():
                received += piece
                if len(received) > self.answer_bytes_max:
                    raise TooLong(self.whom, f"an answer of over {self.answer_bytes_max} bytes")
            return Answer(response.status_code, response.headers, bytes(received))


@asynccontextmanager
async def open_caller(
    whom: str,
    base_url: str,
    deadline_seconds: float = DEADLINE_SECONDS,
    answer_bytes_max: int = ANSWER_BYTES_MAX,
) -> AsyncIterator[Caller]:
    """A caller of the server at that address, and its connections."""
    timeouts = httpx.Timeout(deadline_seconds, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(
        base_url=base_url,
        timeout=timeouts,
        follow_redirects=False,
        trust_env=False,  # no proxy of the environment gets to see what we send
    ) as client:
        yield Caller(whom, client, deadline_seconds, answer_bytes_max)

"""Posting to a webhook: to where it was looked up, once, with a deadline and a bound."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import SplitResult

import httpx
from attrs import field, frozen

from ...core.notifications import Answered
from ...core.resilience import NotExecuted
from ...core.spans import calling
from ...core.wording import one_line
from ..http import NoAnswer
from .places import Place, check, places_of

DEADLINE_SECONDS: Final = 20.0
CONNECT_SECONDS: Final = 5.0
LOOKS_MAX: Final = 16
"""How many names are looked up at a time: more than a few webhooks without an answer take up."""
READ_BYTES_MAX: Final = 4096
"""How much of an answer is read: what it is about stands in its status."""
KEPT_MAX: Final = 1000
RETRY_AFTER: Final = re.compile(r"[0-9]{1,9}")
SECRET: Final = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")


@frozen
class HttpSender:
    """
    Posts. It follows no redirects, repeats nothing, and keeps no connection for the next one.

    A connection belongs to an address and not to a name, so one that is kept could be used for
    another host than the one that proved itself on it.
    """

    _client: httpx.AsyncClient = field(repr=False)
    _threads: Executor = field(repr=False)
    """Where names are looked up, and nothing else is done."""
    private: bool = False
    """Whether addresses are allowed that are not of the public internet, and http."""
    deadline_seconds: float = DEADLINE_SECONDS

    def check(self, url: str) -> None:
        """As the port says."""
        check(url, private=self.private)

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """As the port says."""
        parts = check(url, private=self.private)
        with calling("webhook", "post") as call:
            try:
                async with asyncio.timeout(self.deadline_seconds):
                    places = await places_of(parts, self._threads, private=self.private)
                    answered = await self._to_any(places, parts, headers, body)
            except TimeoutError:
                raise NoAnswer(parts.netloc, f"no answer in {self.deadline_seconds:g} s") from None
            call.tell(http_status=answered.status)
            return answered

    async def _to_any(
        self, places: list[Place], parts: SplitResult, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        """To the first that lets us in: where nobody does, nothing was sent."""
        failed = NotExecuted(f"nobody knows where {parts.netloc} is")
        for place in places:
            try:
                return await self._to(place, parts, headers, body)
            except NotExecuted as closed:
                failed = closed
        raise failed

    async def _to(
        self, place: Place, parts: SplitResult, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        whole = {
            "host": parts.netloc,
            "content-type": "application/json",
            "accept-encoding": "identity",  # nothing that grows while it is read
            "user-agent": "Altyn",
            **headers,
        }
        request = self._client.build_request(
            "POST",
            place.url_of(parts),
            content=body,
            headers=whole,
            extensions={"sni_hostname": place.host},  # whose certificate it has to be
        )
        try:
            response = await self._client.send(request, stream=True)
            try:
                return await _answered(response)
            finally:
                await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout) as failed:
            why = f"cannot reach {parts.netloc} ({type(failed).__name__})"
            raise NotExecuted(why) from None
        except httpx.HTTPError as failed:
            raise NoAnswer(parts.netloc, type(failed).__name__) from None


async def _answered(response: httpx.Response) -> Answered:
    received = b""
    async for piece in response.aiter_raw():
        received += piece
        if len(received) >= READ_BYTES_MAX:
            break
    text = SECRET.sub("whsec_(secret)", received[:READ_BYTES_MAX].decode("utf-8", "replace"))
    asked = response.headers.get("retry-after", "")
    return Answered(
        status=response.status_code,
        beginning=one_line(text, KEPT_MAX),
        retry_after_seconds=float(asked) if RETRY_AFTER.fullmatch(asked) else None,
    )


@asynccontextmanager
async def open_sender(
    *, private: bool = False, deadline_seconds: float = DEADLINE_SECONDS
) -> AsyncIterator[HttpSender]:
    """A sender, for as long as the block lasts."""
    threads = ThreadPoolExecutor(LOOKS_MAX, thread_name_prefix="webhook-names")
    try:
        async with httpx.AsyncClient(
            timeout=httpx.Timeout(deadline_seconds, connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,  # no proxy of the environment gets to see what we send
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client:
            yield HttpSender(client, threads, private, deadline_seconds)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)

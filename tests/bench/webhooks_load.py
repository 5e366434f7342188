"""Notices as a provider sends them, and the connections on which he does, each at once again."""

import asyncio
import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Final

from attrs import define, field, frozen

from altyn.adapters.system import SystemClock
from altyn.entrypoints.sandbox import HeleketDesk

from .webhooks_serving import KEY, PATH

STUCK_SECONDS: Final = 60
OK: Final = b"2"
"""How the status of a good answer begins."""
LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
MEMBERS: Final[Mapping[str, Any]] = {
    "payment_amount_usd": "20.00",
    "merchant_amount": "19.60",
    "commission": "0.40",
    "from": "TXhiWbZE8FXtVoDWB2H3YuvLkzUwmQGNoH",
    "wallet_address_uuid": None,
    "additional_data": None,
    "txid": "6f0d9c8374db57cac0d806251473de754f361c83a03cd805f74aa9da3193486b",
}
"""What a notice holds beside what the sandbox writes."""


@frozen
class Answers:
    """What came back, as far as it counts, and how many notices were taken in all."""

    per_second: float
    p50_ms: float
    p99_ms: float
    taken: int
    refused: int


def notices(many: int) -> Sequence[bytes]:
    """So many requests, each a notice of another payment, signed."""
    desk = HeleketDesk(SystemClock(), payment_key=KEY)
    return [_request(desk.test_notice(**MEMBERS)) for _ in range(many)]


def _request(body: bytes) -> bytes:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Heleket\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, warm_up: Sequence[bytes], counted: Sequence[bytes], many: int) -> Answers:
    """Send all of them on so many connections; those that only warm it up do not count."""
    gc.collect()  # each begins with as little to collect as the others
    async with asyncio.timeout(STUCK_SECONDS):
        before = await _sent(port, warm_up, many)
        began = perf_counter()
        callers = await _sent(port, counted, many)
        seconds = perf_counter() - began
    took = sorted(time for caller in callers for time in caller.took)
    everybody = [*before, *callers]
    return Answers(
        per_second=len(took) / seconds,
        p50_ms=1000 * took[len(took) // 2],
        p99_ms=1000 * took[int(0.99 * (len(took) - 1))],
        taken=sum(caller.taken for caller in everybody),
        refused=sum(caller.refused for caller in everybody),
    )


async def _sent(port: int, requests: Sequence[bytes], many: int) -> Sequence["Caller"]:
    loop, left = asyncio.get_running_loop(), iter(requests)
    callers = [Caller(left, loop.create_future()) for _ in range(many)]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(caller.done for caller in callers))
    return callers


@define(eq=False)
class Caller(asyncio.Protocol):
    """One connection: the next request is sent when the last one was answered."""

    requests: Iterator[bytes]
    done: asyncio.Future[None]
    took: list[float] = field(factory=list, init=False)
    taken: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)
    _answer: bytes = field(default=b"", init=False)
    _asked: float = field(default=0.0, init=False)
    _transport: asyncio.Transport = field(init=False)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next, if that was all of the answer."""
        self._answer += data
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        self.took.append(perf_counter() - self._asked)
        if head.split(b" ", 2)[1].startswith(OK):
            self.taken += 1
        else:
            self.refused += 1
        self._answer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody hangs up on us before all is answered."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("hung up"))

    def _send(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._asked = perf_counter()
        self._transport.write(request)


def _length(head: bytes) -> int:
    found = LENGTH.search(head)
    if found is None:
        raise RuntimeError(f"an answer without its length: {head!r}")
    return int(found[1])

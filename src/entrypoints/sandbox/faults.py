"""What a server may do instead of answering properly."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, MutableMapping
from enum import StrEnum
from typing import Any, Final

from attrs import define, field

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

LET_GO: Final = "altyn.let_go"
"""A message to whoever holds a call: it is not to be held any more."""


class Fault(StrEnum):
    """One way to go wrong."""

    BUSY = "busy"
    """Refuse to do it now: 429."""
    FAIL_BEFORE = "fail_before"
    """Do nothing, and say 500."""
    FAIL_AFTER = "fail_after"
    """Do it, and say 500."""
    CUT_AFTER = "cut_after"
    """Do it, and break the connection off in the middle of the answer."""
    HANG_BEFORE = "hang_before"
    """Do nothing, and never answer: the connection stays open until the caller gives up."""
    HANG_AFTER = "hang_after"
    """Do it, and never answer."""
    GARBAGE_AFTER = "garbage_after"
    """Do it, and answer with something that is no JSON."""

    @property
    def happens(self) -> bool:
        """Whether what was asked for is done nevertheless."""
        return self not in (Fault.BUSY, Fault.FAIL_BEFORE, Fault.HANG_BEFORE)


@define
class Faults:
    """
    Faults that wait for the next calls of a path, in the order in which they were planned.

    Where none is planned the weather decides, if there is any.
    """

    weather: Callable[[], Fault | None] | None = None
    _planned: defaultdict[str, deque[Fault]] = field(factory=lambda: defaultdict(deque), init=False)

    def plan(self, path: str, *faults: Fault) -> None:
        """The next calls of that path go wrong like this, one each."""
        self._planned[path].extend(faults)

    def clear(self) -> None:
        """Nothing is planned any more."""
        self._planned.clear()

    def next(self, path: str) -> Fault | None:
        """How this call goes wrong, if it does."""
        if planned := self._planned[path]:
            return planned.popleft()
        return self.weather() if self.weather else None


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def answer(
    send: Send,
    receive: Receive,
    fault: Fault | None,
    status: int,
    body: bytes,
    kind: str = "application/json",
) -> None:
    """Answer as the fault has it."""
    match fault:
        case Fault.BUSY:
            status, body = 429, b'{"message":"Too many requests"}'
        case Fault.FAIL_BEFORE | Fault.FAIL_AFTER:
            status, body = 500, b'{"message":"Server error, #1","code":500,"error":null}'
        case Fault.GARBAGE_AFTER:
            status, body = 200, b"<html>Bad gateway</html>"
        case Fault.HANG_BEFORE | Fault.HANG_AFTER:
            while (await receive())["type"] not in ("http.disconnect", LET_GO):
                pass
            return
    length = len(body) + (1000 if fault is Fault.CUT_AFTER else 0)
    headers = [
        (b"content-type", kind.encode()),
        (b"content-length", str(length).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

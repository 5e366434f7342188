"""Every request gets a name, which its answer tells, and is followed under it."""

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.spans import Span, request
from .asgi import App, Message, Receive, Scope, Send, adding, values
from .naming import SANE, call_request

HEADER: Final = b"x-request-id"
TRACEPARENT: Final = b"traceparent"
COMES_FROM: Final = re.compile(rb"00(?:-[0-9a-f]{32})(?:-[0-9a-f]{16})(?:-[0-9a-f]{2})")
FAILED: Final = 500


@frozen
class Named:
    """
    Names requests; a name that they bring is kept, if it can be one.

    Where they say that they come from is pointed at, and no more: whoever asks may say anything,
    and what we tell of our work is ours alone.
    """

    app: App
    fresh: Callable[[], UUID]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        given = [value.decode("latin-1") for value in values(scope, HEADER)]
        sane = len(given) == 1 and SANE.fullmatch(given[0])
        name = given[0] if sane else str(self.fresh())
        call_request(name)
        facts = {"http_method": scope["method"]}
        elsewhere = values(scope, TRACEPARENT)
        if len(elsewhere) == 1 and COMES_FROM.fullmatch(elsewhere[0]):
            facts["traceparent"] = elsewhere[0].decode()
        with request("request", **facts) as followed:
            told = _telling(followed, adding([(HEADER, name.encode())], send))
            await self.app(scope, receive, told)


def _telling(followed: Span, send: Send) -> Send:
    """Sends an answer, and tells of its status."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            followed.tell(http_status=message["status"])
            if message["status"] >= FAILED:
                followed.fail(f"status_{message['status']}")
        await send(message)

    return sending

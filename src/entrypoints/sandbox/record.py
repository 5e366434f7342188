"""Every call that Altyn makes outside, as it was seen from there, without its secrets."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from attrs import define, field

from ...core.clock import Clock
from .bell import Bell
from .connection import hang_up
from .desks import App
from .faults import LET_GO, Receive, Scope, Send
from .weather import Weather

CALLS_MAX: Final = 200
SAID_MAX: Final = 600
JOINED_MAX: Final = 8
"""So far back the same is looked for."""
TOKEN: Final = re.compile(r"/bot[^/]+/")
INIT_DATA: Final = b"auth_date="
"""In what Telegram tells a Mini App: whoever has that is signed in there."""
SHUT: Final = "•••"


@define(eq=False)
class Call:
    """One of them, or several that were the same soon after each other."""

    at: datetime
    desk: str
    method: str
    what: str
    said: str
    """What was asked, shortened."""
    status: int | None = None
    """Of the answer; None while there is none."""
    seconds: float = 0.0
    times: int = 1
    ended: bool = False


@define
class Record:
    """The latest calls, the newest last."""

    clock: Clock
    bell: Bell
    secrets: Collection[str]
    """Values that are shown to nobody."""
    calls: deque[Call] = field(factory=lambda: deque(maxlen=CALLS_MAX), init=False)

    def noting(self, name: str, app: App, weather: Weather) -> App:
        """The desk with a notebook beside its door, in that weather."""

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            if weather.latency_seconds:
                await asyncio.sleep(weather.latency_seconds)
            body = await _whole(receive)
            call = Call(
                self.clock.now(), name, scope["method"], self._what(scope, body), self._said(body)
            )
            self.calls.append(call)
            began = asyncio.get_running_loop().time()

            left = 0

            async def sending(message: Any) -> None:
                nonlocal left
                if message["type"] == "http.response.start":
                    call.status = message["status"]
                    left = int(dict(message["headers"]).get(b"content-length", 0))
                left -= len(message.get("body", b""))
                if left > 0 and "body" in message:
                    message = {**message, "more_body": True}  # it is cut, and does not end
                await send(message)

            since = weather.turned.rung
            try:
                await app(scope, _held(weather, since, _again(body, receive)), sending)
                if left > 0 or (call.status is None and weather.turned.rung > since):
                    await hang_up(scope, receive)
            finally:
                call.ended = True
                call.seconds = asyncio.get_running_loop().time() - began
                self._join(call)
                self.bell.ring()

        return noted

    def _join(self, call: Call) -> None:
        """One line for the same again: those who poll do so for hours."""
        same = ("desk", "method", "what", "status", "said")
        for before in list(self.calls)[-JOINED_MAX:]:
            if before is call or not before.ended:
                continue
            if all(getattr(before, name) == getattr(call, name) for name in same):
                call.times += before.times
                self.calls.remove(before)
                return

    def _what(self, scope: Scope, body: bytes) -> str:
        path = TOKEN.sub("/", str(scope["path"]))
        if path == "/api":  # one door for all that Fragment does
            path = dict(parse_qsl(body.decode("utf-8", "replace"))).get("method", path)
        return path

    def _said(self, body: bytes) -> str:
        if INIT_DATA in body:
            return SHUT
        text = body.decode("utf-8", "replace")
        try:
            text = json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:  # a form, in which secrets are written otherwise than they are
            text = unquote_plus(text.replace("&", "\n"))
        for secret in self.secrets:
            text = text.replace(secret, SHUT)
        return text if len(text) <= SAID_MAX else f"{text[:SAID_MAX]}…"


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _held(weather: Weather, since: int, receive: Receive) -> Receive:
    """What comes; and whoever holds the call is told once when the weather has turned since."""

    async def receiving() -> Any:
        nonlocal since
        coming = asyncio.ensure_future(receive())
        turning = asyncio.create_task(weather.turned.after(since))
        try:
            await asyncio.wait({coming, turning}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                return coming.result()
            since = turning.result()
            return {"type": LET_GO}
        finally:
            coming.cancel()
            turning.cancel()

    return receiving


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body once more; what comes after it comes as it does."""
    told = False

    async def receiving() -> Any:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving

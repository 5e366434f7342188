"""The page as an application: what is asked there, by whom, and how it is answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qsl

from ..faults import Receive, Scope, Send
from ..world import World
from .guard import refusal
from .hands import Hands, Impossible
from .html import Html
from .insight import Insight
from .look import PATH, Look
from .parts import document, parts
from .phone import Phone
from .scenarios import Stage

BODY_BYTES_MAX: Final = 64 * 1024
BEAT_SECONDS: Final = 15.0
GATHER_SECONDS: Final = 0.1
"""Much changes at once: who watches is told once."""
STATIC: Final = {
    f"{PATH}/page.css": "text/css; charset=utf-8",
    f"{PATH}/page.js": "text/javascript; charset=utf-8",
    f"{PATH}/coin.svg": "image/svg+xml",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Page:
    """An ASGI application over the world."""

    def __init__(self, world: World, stopping: asyncio.Event, command: Sequence[str]) -> None:
        self.world = world
        self.stopping = stopping
        self.insight = Insight(world)
        self.stage = Stage(world, self.insight, command)
        self.phone = Phone.of(world, command)
        self.hands = Hands(world, self.stage, self.phone)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """What happens at Altyn is heard while the block lasts; no scenario goes on after it."""
        watching = asyncio.create_task(self.insight.watch())
        try:
            yield
        finally:
            self.stage.stop()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request of a browser."""
        if scope["type"] != "http":
            return
        if why := refusal(scope):
            await _answer(send, 403, "text/plain; charset=utf-8", why.encode())
            return
        path, method = str(scope["path"]), str(scope["method"])
        if method == "POST":
            await self._post(path, scope, receive, send)
        elif method not in ("GET", "HEAD"):
            await _answer(send, 405, "text/plain", b"")
        elif path == f"{PATH}/live":
            await self._live(receive, send)
        else:
            await self._get(path, scope, send)

    async def _get(self, path: str, scope: Scope, send: Send) -> None:
        if path in STATIC:
            name = path.rpartition("/")[2]
            body = files(__package__).joinpath("static", name).read_bytes()
            await _answer(send, 200, STATIC[path], body)
        elif path == PATH:
            look = _look(scope)
            html = document(look, await self._parts(look), self.world.shop.address)
            await _answer(send, 200, "text/html; charset=utf-8", html.encode())
        elif path == f"{PATH}/parts":
            told = json.dumps(await self._parts(_look(scope)), ensure_ascii=False)
            await _answer(send, 200, "application/json", told.encode())
        elif path == f"{PATH}/launch":
            await self._launch(scope, send)
        elif path == "/":
            await _answer(send, 303, "text/plain", b"", [(b"location", PATH.encode())])
        else:
            await _answer(send, 404, "text/plain", b"there is no such page")

    async def _launch(self, scope: Scope, send: Send) -> None:
        """A tap on a button that opens a Mini App: to where it is, with who taps it."""
        try:
            to = self.world.desks.telegram.launch(_look(scope).user, _query(scope).get("app", ""))
        except LookupError as no:
            await _answer(send, 404, "text/plain; charset=utf-8", str(no).encode())
            return
        await _answer(send, 303, "text/plain", b"", [(b"location", to.encode())])

    async def _parts(self, look: Look) -> Mapping[str, Html]:
        return await parts(self.world, self.insight, self.stage, self.phone, look)

    async def _post(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        look, begins = _look(scope), f"{PATH}/do/"
        if not path.startswith(begins):
            await _answer(send, 404, "text/plain", b"")
            return
        form = dict(parse_qsl(await _body(receive), keep_blank_values=True))
        try:
            await self.hands.do(path.removeprefix(begins), look, form)
        except Impossible as no:
            await _answer(send, 409, "text/plain; charset=utf-8", str(no).encode())
            return
        if dict(scope["headers"]).get(b"accept") == b"application/json":
            await _answer(send, 204, "text/plain", b"")
        else:
            await _answer(send, 303, "text/plain", b"", [(b"location", look.url().encode())])

    async def _live(self, receive: Receive, send: Send) -> None:
        """Tell that something has changed, until the browser hangs up or we stop."""
        headers = [(b"content-type", b"text/event-stream"), *HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(_hung_up(receive))
        stopped = asyncio.create_task(self.stopping.wait())
        rung = -1
        while True:
            changed = asyncio.create_task(self.world.bell.after(rung))
            await asyncio.wait(
                {gone, stopped, changed},
                timeout=BEAT_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if gone.done() or stopped.done():
                changed.cancel()
                break
            if changed.done():
                await asyncio.sleep(GATHER_SECONDS)
                rung = self.world.bell.rung
            changed.cancel()
            said = f"data: {rung}\n\n".encode()
            await send({"type": "http.response.body", "body": said, "more_body": True})
        gone.cancel()
        stopped.cancel()
        await send({"type": "http.response.body", "body": b""})


def _query(scope: Scope) -> Mapping[str, str]:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))


def _look(scope: Scope) -> Look:
    accepts = dict(scope["headers"]).get(b"accept-language", b"")
    return Look.of(_query(scope), accepts.decode("latin-1"))


async def _body(receive: Receive) -> str:
    body = bytearray()
    while len(body) <= BODY_BYTES_MAX:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body[:BODY_BYTES_MAX]).decode("utf-8", "replace")


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(
    send: Send, status: int, kind: str, body: bytes, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    length = (b"content-length", str(len(body)).encode())
    headers: list[Any] = [(b"content-type", kind.encode()), length, *HEADERS, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""What lies below the framework: applications in front of others, and answers of their own."""

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

from attrs import asdict

from .problems import MEDIA_TYPE, Problem, named

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Headers = Iterable[tuple[bytes, bytes]]

SAFE: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""Balances are nobody else's business: no cache keeps them, no browser takes them for a page."""


def safely(app: App) -> App:
    """The application for HTTP alone, its answers for nobody but those who asked."""

    async def safe(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":  # no WebSockets yet; uvicorn refuses what was not accepted
            await app(scope, receive, adding(SAFE, send))

    return safe


def values(scope: Scope, name: bytes) -> list[bytes]:
    """What a request says under that header, in the order in which it says it."""
    return [value for key, value in scope["headers"] if key.lower() == name]


def by_path(begins: str, one: App, other: App) -> App:
    """One application for the paths that begin so, the other for the rest."""

    async def choosing(scope: Scope, receive: Receive, send: Send) -> None:
        await (one if scope["path"].startswith(begins) else other)(scope, receive, send)

    return choosing


def adding(headers: Headers, send: Send) -> Send:
    """Sends answers with these headers too."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return sending


async def respond(send: Send, problem: Problem, headers: Headers = ()) -> None:
    """Answer with the problem."""
    body = json.dumps(asdict(named(problem))).encode()
    await respond_with(send, problem.status, MEDIA_TYPE, body, headers)


async def respond_with(
    send: Send, status: int, media_type: str, body: bytes, headers: Headers = ()
) -> None:
    """Answer with the body."""
    told = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})

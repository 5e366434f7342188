"""The door of the API: who may come in is decided before anything else of a request is read."""

import hmac
import ipaddress
import json
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from attrs import asdict, frozen

from ..wiring.secret import Secret
from .problems import MEDIA_TYPE, Problem, problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_TO_ALL: Final = "/health/live"

STRANGER: Final = problem(
    HTTPStatus.UNAUTHORIZED, "key_needed", "send `Authorization: Bearer` and an API key", {}
)
ELSEWHERE: Final = problem(
    HTTPStatus.MISDIRECTED_REQUEST,
    "host_not_allowed",
    "without API keys only this machine is answered, under a name such as localhost",
    {},
)
SAFE: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""Balances are nobody else's business: no cache keeps them, no browser takes them for a page."""


@frozen
class Door:
    """
    Lets in callers with a key; without any keys, callers who know this machine as their own.

    The latter keeps out web pages: a browser on this machine could be led here by a foreign
    name that was pointed at our address, but it would still send that name.
    """

    app: App
    keys: tuple[Secret, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            return  # there are no WebSockets yet; uvicorn refuses what was not accepted

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *SAFE]
            await send(message)

        if (refusal := self._refusal(scope)) is None:
            await self.app(scope, receive, send_safely)
        else:
            await _answer(refusal, send_safely)

    def _refusal(self, scope: Scope) -> Problem | None:
        if not self.keys:
            return None if _is_ours(_values(scope, b"host")) else ELSEWHERE
        if scope["path"] == OPEN_TO_ALL or self._knows(_values(scope, b"authorization")):
            return None
        return STRANGER

    def _knows(self, given: list[bytes]) -> bool:
        if len(given) != 1:
            return False
        scheme, _, key = given[0].partition(b" ")
        digest = sha256(key.strip()).digest()
        # Digests have one length, and every key is compared: the time taken tells nothing.
        matches = [
            hmac.compare_digest(digest, sha256(each.reveal().encode()).digest())
            for each in self.keys
        ]
        return scheme.lower() == b"bearer" and any(matches)


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _is_ours(hosts: list[bytes]) -> bool:
    if len(hosts) != 1:
        return False
    host = hosts[0].decode("latin-1").lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


async def _answer(problem: Problem, send: Send) -> None:
    body = json.dumps(asdict(problem)).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

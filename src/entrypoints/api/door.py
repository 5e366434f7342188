"""The door of the API: who may come in is decided before anything else of a request is read."""

import hmac
import ipaddress
from hashlib import blake2b, sha256
from http import HTTPStatus
from typing import Final

from attrs import frozen

from ..wiring.secret import Secret
from .asgi import App, Receive, Scope, Send, respond
from .problems import Problem, problem

OPEN_TO_ALL: Final = "/health/live"

STRANGER: Final = problem(
    HTTPStatus.UNAUTHORIZED, "key_needed", "send `Authorization: Bearer` and an API key", {}
)
CHALLENGE: Final = ((b"www-authenticate", b"Bearer"),)
ELSEWHERE: Final = problem(
    HTTPStatus.MISDIRECTED_REQUEST,
    "host_not_allowed",
    "without API keys only this machine is answered, under a name such as localhost",
    {},
)
CALLER: Final = "altyn.caller"
"""Under this name whoever stands behind the door finds in the scope who asks: a digest of a key."""
ANYBODY: Final = "anybody"


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
        caller = self._caller(scope)
        if isinstance(caller, str):
            await self.app({**scope, CALLER: caller}, receive, send)
        else:
            await respond(send, caller, CHALLENGE if caller is STRANGER else ())

    def _caller(self, scope: Scope) -> str | Problem:
        if not self.keys:
            return ANYBODY if _is_ours(_values(scope, b"host")) else ELSEWHERE
        if (key := self._known(_values(scope, b"authorization"))) is not None:
            return blake2b(key, digest_size=16, person=b"altyn caller").hexdigest()
        return ANYBODY if scope["path"] == OPEN_TO_ALL else STRANGER

    def _known(self, given: list[bytes]) -> bytes | None:
        """The key, if it is one of ours."""
        if len(given) != 1:
            return None
        scheme, _, key = given[0].partition(b" ")
        digest = sha256(key.strip()).digest()
        # Digests have one length, and every key is compared: the time taken tells nothing.
        matches = [
            hmac.compare_digest(digest, sha256(each.reveal().encode()).digest())
            for each in self.keys
        ]
        return key.strip() if scheme.lower() == b"bearer" and any(matches) else None


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

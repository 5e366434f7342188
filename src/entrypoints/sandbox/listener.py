"""A system of somebody else that is told what happens: it checks who tells it, and may err."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from attrs import define, field, frozen

from ...core.clock import Clock
from .faults import Faults, Receive, Scope, Send, answer, read_body

TOLERANCE_SECONDS: Final = 300


@frozen
class Heard:
    """One request, whoever it came from."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    proven: bool
    """Whether one of the secrets signed it, just now."""


@define
class ListenerDesk:
    """
    An ASGI application that receives webhooks as Standard Webhooks wants it done.

    What is proven is kept once by its id; all requests are noted as they came.
    """

    clock: Clock
    secrets: list[str] = field(factory=list, repr=False)
    """Those that may have signed."""
    faults: Faults = field(factory=Faults)
    """By the path."""
    statuses: dict[str, list[int]] = field(factory=dict)
    """What the next requests of a path are answered with instead of 204, although all goes well."""
    answers: dict[str, tuple[bytes, list[tuple[bytes, bytes]]]] = field(factory=dict)
    """What is said and which headers go with it, by the path."""
    heard: list[Heard] = field(factory=list, init=False)
    kept: dict[str, bytes] = field(factory=dict, init=False)
    """What came, by its id: once, however often it was told."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = str(scope["path"])
        body = await read_body(receive)
        headers = {
            name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        proven = any(self._signed(secret, headers, body) for secret in self.secrets)
        self.heard.append(Heard(path, headers, body, proven))
        fault = self.faults.next(path)
        if proven and (fault is None or fault.happens):
            self.kept.setdefault(headers["webhook-id"], body)
        status = 204 if proven else 401
        if self.statuses.get(path):
            status = self.statuses[path].pop(0)
        said, more = self.answers.get(path, (b"", []))
        if fault is None and more:
            start = {"type": "http.response.start", "status": status, "headers": more}
            await send(start)
            await send({"type": "http.response.body", "body": said})
            return
        await answer(send, receive, fault, status, said, "text/plain")

    def _signed(self, secret: str, headers: Mapping[str, str], body: bytes) -> bool:
        id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not at.isdecimal() or len(at) > 12:
            return False
        if abs(int(at) - self.clock.now().timestamp()) > TOLERANCE_SECONDS:
            return False
        key = b64decode(secret.removeprefix("whsec_"))
        mac = hmac.digest(key, f"{id}.{at}.".encode() + body, sha256)
        expected = b"v1," + b64encode(mac)
        given = headers.get("webhook-signature", "").encode("latin-1").split(b" ")
        return any(hmac.compare_digest(expected, each) for each in given)

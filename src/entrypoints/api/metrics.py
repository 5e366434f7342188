"""The page that a scraper reads, on a port of its own."""

from http import HTTPStatus
from typing import Final

from attrs import frozen

from ..wiring.metrics import Exposition
from .asgi import Receive, Scope, Send, respond, respond_with
from .problems import problem

PATH: Final = "/metrics"

ELSEWHERE: Final = problem(HTTPStatus.NOT_FOUND, "not_found", f"there is {PATH} here", {})
TO_READ: Final = problem(
    HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "it is to be read", {}
)


@frozen
class MetricsPage:
    """Numbers about this process, and nothing else. They name nobody, so nobody needs a key."""

    exposition: Exposition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            return
        if scope["path"] != PATH:
            await respond(send, ELSEWHERE)
        elif scope["method"] not in ("GET", "HEAD"):
            await respond(send, TO_READ, [(b"allow", b"GET, HEAD")])
        else:
            body = self.exposition.text()
            await respond_with(send, HTTPStatus.OK, self.exposition.media_type, body)

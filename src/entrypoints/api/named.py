"""Every request gets a name, which its answer tells."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from attrs import frozen

from .asgi import App, Receive, Scope, Send, adding, values
from .naming import SANE, call_request

HEADER: Final = b"x-request-id"


@frozen
class Named:
    """Names requests; a name that they bring is kept, if it can be one."""

    app: App
    fresh: Callable[[], UUID]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        given = [value.decode("latin-1") for value in values(scope, HEADER)]
        sane = len(given) == 1 and SANE.fullmatch(given[0])
        name = given[0] if sane else str(self.fresh())
        call_request(name)
        await self.app(scope, receive, adding([(HEADER, name.encode())], send))

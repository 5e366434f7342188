"""Connections that can be closed in the middle of an answer, or instead of one."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from .faults import Receive, Scope

CLOSES: Final = "altyn.closes"
"""The extension of ASGI by which an application closes the connection that it was asked on."""


class Connection(H11Protocol):
    """Speaks HTTP as uvicorn does, and lets the application hang up."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has come."""
        super().connection_made(transport)
        app = self.app

        async def closable(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[CLOSES] = transport.close
            await app(scope, receive, send)

        self.app = closable


async def hang_up(scope: Scope, receive: Receive) -> None:
    """
    Close the connection after what was sent; nothing where whoever serves cannot.

    It ends when it is closed: to return from an application before would be a fault of its own.
    """
    if close := scope.get("extensions", {}).get(CLOSES):
        close()
        while (await receive())["type"] != "http.disconnect":
            pass

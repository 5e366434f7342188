"""Uvicorn with signals, logs and secrets left to us."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from attrs import frozen
from uvicorn import Config, Server

from .asgi import App

GRACE_SECONDS: Final = 5
WORDS_MAX: Final = 4096
"""How much somebody may say at once on a WebSocket, where nobody listens to them."""


class QuietServer(Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None are."""
        yield


@frozen
class Serving:
    """An application on a socket."""

    app: App
    listener: socket.socket
    protocol: type[asyncio.Protocol] | None = None
    """Which speaks HTTP; that of uvicorn's own choice where none is given."""

    @property
    def address(self) -> str:
        """What a browser would be told."""
        host, port = self.listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @asynccontextmanager
    async def until(self, stopping: asyncio.Event) -> AsyncIterator[None]:
        """
        Serve: requests are answered inside the block and on until somebody says stop.

        Those under way when that happens have a few seconds to be answered.
        """
        config = Config(
            self.app,
            log_config=None,
            access_log=False,
            lifespan="off",
            http=self.protocol or "auto",
            proxy_headers=False,  # who may say that they come from elsewhere is for `origin`
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=WORDS_MAX,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = QuietServer(config)
        serving = asyncio.create_task(server.serve([self.listener]))
        try:
            # The socket listens already: whoever asks before uvicorn is up waits a moment.
            yield
            told = asyncio.create_task(stopping.wait())
            await asyncio.wait({told, serving}, return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            stopping.set()  # a server that ended by itself ends those beside it
        finally:
            server.should_exit = True
            await serving

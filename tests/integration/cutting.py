"""A wire between a client and its server that the test can cut at the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from attrs import define, field


@define(eq=False)
class Wire:
    """Carries everything both ways, until it is told to swallow the next answer."""

    url: str
    """The server as it is reached over the wire."""
    swallowed: asyncio.Event = field(factory=asyncio.Event)
    """Set when an answer came and did not get through; the client still waits for it."""
    asked: int = 0
    """How often a client has asked, and so waited for an answer."""
    _swallow: bool = False
    _clients: list[asyncio.StreamWriter] = field(factory=list)

    def swallow_the_next_answer(self) -> None:
        """Requests still arrive; what the server answers to the next one does not."""
        self._swallow = True
        self.swallowed.clear()

    def cut(self) -> None:
        """The clients find that the line is dead; those who call again get through."""
        self._swallow = False
        for client in self._clients:
            client.transport.abort()
        self._clients.clear()

    async def carry(self, client: asyncio.StreamWriter, server: asyncio.StreamReader) -> None:
        """From the server to a client."""
        while data := await server.read(65536):
            if self._swallow:
                self.swallowed.set()
                continue
            client.write(data)


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to that server."""
    parts = urlsplit(url)
    wire = Wire(url)
    lines: set[asyncio.Task[None]] = set()

    async def line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        wire._clients.append(writer)
        answers = asyncio.create_task(wire.carry(writer, there))
        try:
            while data := await reader.read(65536):
                wire.asked += 1
                back.write(data)
        except ConnectionError:
            pass
        finally:
            answers.cancel()
            back.close()
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(asyncio.create_task(line(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    who = f"{parts.username}@" if parts.username else ""
    wire.url = parts._replace(netloc=f"{who}127.0.0.1:{port}").geturl()
    try:
        yield wire
    finally:
        server.close()
        for each in lines:
            each.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

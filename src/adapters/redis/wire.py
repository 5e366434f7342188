"""One connection to Redis on which questions follow each other without waiting for answers."""

import asyncio
from collections import deque
from typing import Any, Final

import hiredis
from attrs import define, field
from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import AuthenticationError, NoScriptError, ResponseError
from redis.exceptions import ConnectionError as NoConnection

from .connection import CONNECT_SECONDS, open_redis

Word = bytes | str | int

KNOWN: Final = {"host", "port", "path", "username", "password", "db", "connection_class"}

NOTHING_YET: Final = False  # what hiredis says while an answer is not complete


class Line(asyncio.Protocol):
    """The connection while it lasts: answers come in the order of the questions."""

    def __init__(self) -> None:
        self.lost: BaseException | None = None
        self._reader = hiredis.Reader()
        self._asked: deque[asyncio.Future[Any]] = deque()
        self._transport: asyncio.Transport | None = None

    def ask(self, words: tuple[Word, ...]) -> asyncio.Future[Any]:
        """Send it; the answer comes, or the connection is lost."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked.append(answer)
        assert self._transport is not None  # noqa: S101 (for the type checker)
        self._transport.write(hiredis.pack_command(words))  # type: ignore[arg-type]
        return answer

    def drop(self) -> None:
        """Do not wait for anything any more."""
        self._end(EOFError())
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio says."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """As asyncio says."""
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not NOTHING_YET:
                asked = self._asked.popleft()
                if not asked.done():  # else whoever asked has given up
                    asked.set_result(answer)
        except (hiredis.ProtocolError, IndexError) as nonsense:
            self._end(nonsense)
            self.drop()

    def connection_lost(self, error: Exception | None) -> None:
        """As asyncio says."""
        self._end(error or EOFError())

    def _end(self, error: BaseException) -> None:
        self.lost = self.lost or error
        while self._asked:
            asked = self._asked.popleft()
            if not asked.done():
                asked.set_exception(NoConnection("the connection was lost"))


@define
class Wire:
    """
    Asks one server, in as little time as Python takes for it.

    Nothing is asked twice. When the connection is lost, everybody who waits is told, and the
    next question connects again. Errors are those of the client library. Close it.
    """

    _url: str = field(repr=False)
    _line: Line | None = field(default=None, init=False)
    _connecting: asyncio.Lock = field(factory=asyncio.Lock, init=False)

    async def execute_command(self, *words: Word) -> Any:
        """
        The answer to a command.

        Whoever stops waiting takes the connection along: it may never answer again, and nobody
        should wait behind him to find out.
        """
        line = self._line
        if line is None or line.lost is not None:
            line = await self._connect()
        try:
            return told(await line.ask(words))
        except asyncio.CancelledError:
            line.drop()
            raise

    async def aclose(self) -> None:
        """End it."""
        if self._line is not None:
            self._line.drop()
            self._line = None

    async def _connect(self) -> Line:
        async with self._connecting:
            if self._line is not None and self._line.lost is None:
                return self._line  # somebody else was faster
            line = await _reach(self._url)
            try:
                await _introduce(line, self._url)
            except BaseException:
                line.drop()
                raise
            self._line = line
            return line


def open_line(url: str) -> Wire | Redis:
    """
    A wire to that server, or the library's client when the address says more than a wire knows.

    Of encryption and options it knows nothing. Close it.

    Raises:
        ValueError: the address cannot be read, or has an option that is not known.
    """
    plain = not url.startswith("rediss:") and parse_url(url).keys() <= KNOWN
    return Wire(url) if plain else open_redis(url)


def told(answer: Any) -> Any:
    """The answer, or what the server refused it with."""
    if not isinstance(answer, hiredis.ReplyError):
        return answer
    words = str(answer)
    if words.startswith("NOSCRIPT"):
        raise NoScriptError(words)
    if words.startswith(("NOAUTH", "WRONGPASS", "ERR invalid password")):
        raise AuthenticationError(words)
    raise ResponseError(words)


async def _reach(url: str) -> Line:
    to = parse_url(url)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_SECONDS):
        if path := to.get("path"):
            _, line = await loop.create_unix_connection(Line, path)
        else:
            host, port = to.get("host", "localhost"), to.get("port", 6379)
            _, line = await loop.create_connection(Line, host, port)
    return line


async def _introduce(line: Line, url: str) -> None:
    to = parse_url(url)
    if password := to.get("password"):
        told(await line.ask(("AUTH", *filter(None, [to.get("username")]), password)))
    if database := to.get("db"):
        told(await line.ask(("SELECT", database)))
    told(await line.ask(("CLIENT", "SETNAME", "altyn")))

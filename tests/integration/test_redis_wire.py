"""A connection of our own to Redis: it knows its address, and whoever waits on it is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from redis.exceptions import AuthenticationError, NoScriptError, ResponseError
from redis.exceptions import ConnectionError as NoConnection

from altyn.adapters.redis import Wire, open_line
from tests.integration import servers
from tests.integration.cutting import wire_to

SOON = 30
"""Seconds after which a test that waits for ever fails instead."""


@asynccontextmanager
async def wired(url: str) -> AsyncIterator[Wire]:
    """A wire that is closed at the end."""
    wire = Wire(url)
    try:
        async with asyncio.timeout(SOON):
            yield wire
    finally:
        await wire.aclose()


@pytest.fixture
def server() -> Iterator[servers.RedisServer]:
    """A server that may be told anything."""
    with servers.RedisServer() as server:
        yield server


def with_parts(url: str, who: str = "", path: str = "/0") -> str:
    """The same server, reached as somebody."""
    return urlsplit(url)._replace(netloc=f"{who}{urlsplit(url).netloc}", path=path).geturl()


async def test_answers_are_what_redis_said(server: servers.RedisServer) -> None:
    """Numbers, bytes, nothing, lists of them; errors are those of the client library."""
    async with wired(server.url) as wire:
        assert await wire.execute_command("SET", b"\0key", 5) == b"OK"
        assert await wire.execute_command("INCRBY", b"\0key", -6) == -1
        assert await wire.execute_command("GET", "nothing") is None
        assert await wire.execute_command("MGET", b"\0key", "nothing") == [b"-1", None]
        assert await wire.execute_command("EVAL", "return {1, {'a', {}}}", 0) == [1, [b"a", []]]
        assert await wire.execute_command("CLIENT", "GETNAME") == b"altyn"
        with pytest.raises(NoScriptError):
            await wire.execute_command("EVALSHA", "0" * 40, 0)
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            await wire.execute_command("LPUSH", b"\0key", "x")
        long = b"x" * 5_000_000
        assert await wire.execute_command("ECHO", long) == long


async def test_many_at_once_share_one_connection(server: servers.RedisServer) -> None:
    """Each gets its own answer."""
    async with wired(server.url) as wire:
        asked = (wire.execute_command("ECHO", str(n)) for n in range(500))
        assert await asyncio.gather(*asked) == [str(n).encode() for n in range(500)]
        known = await wire.execute_command("CLIENT", "LIST")
        assert known.count(b"name=altyn ") == 1


async def test_the_address_says_who_and_where(server: servers.RedisServer) -> None:
    """Password, name and database; who is turned away is told so, and may come again."""
    with redis.Redis.from_url(server.url) as client:
        client.execute_command("ACL", "SETUSER", "ann", "on", ">sesame", "~*", "+@all")
        client.config_set("requirepass", "hunter2")
    async with wired(with_parts(server.url, ":hunter2@", "/3")) as wire:
        await wire.execute_command("SET", "key", "here")
        assert b" db=3 " in await wire.execute_command("CLIENT", "LIST")
    async with wired(with_parts(server.url, "ann:sesame@", "/3")) as wire:
        assert await wire.execute_command("GET", "key") == b"here"
        assert await wire.execute_command("ACL", "WHOAMI") == b"ann"
    for who in ("", ":hunter3@", "ann:hunter2@"):
        async with wired(with_parts(server.url, who)) as wire:
            for _ in range(2):
                with pytest.raises(AuthenticationError) as turned_away:
                    await wire.execute_command("PING")
                assert "hunter" not in f"{turned_away.value}{wire!r}"
    async with wired(with_parts(server.url, ":hunter2@", "/99")) as wire:
        for _ in range(2):
            with pytest.raises(ResponseError, match="DB index is out of range"):
                await wire.execute_command("PING")


async def test_a_socket_of_the_machine_is_an_address(
    server: servers.RedisServer, tmp_path: Path
) -> None:
    """As `unix://`."""
    where = urlsplit(server.url)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(where.hostname, where.port)
        while said := await reader.read(65_536):
            back.write(said)
            writer.write(await there.read(65_536))
        back.close()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    async with await asyncio.start_unix_server(pass_on, tmp_path / "redis"):
        async with wired(f"unix://{tmp_path}/redis?db=2") as wire:
            assert b" db=2 " in await wire.execute_command("CLIENT", "LIST")
        await ended.wait()


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("redis://127.0.0.1", True),
        ("redis://ann:sesame@redis.example:6380/3", True),
        ("unix:///run/redis.sock?db=3", True),
        ("rediss://redis.example", False),
        ("redis://redis.example?socket_timeout=3", False),
        ("redis://redis.example?protocol=3", False),
    ],
)
async def test_some_addresses_say_more_than_is_known(url: str, can: bool) -> None:
    """Then the client library is the one to ask."""
    line = open_line(url)
    assert isinstance(line, Wire) == can
    await line.aclose()


@pytest.mark.parametrize("url", ["redis://localhost?foo=bar", "redis://localhost?db=x", "what"])
def test_an_address_nobody_can_read_is_told_at_once(url: str) -> None:
    """Not when somebody first asks something."""
    with pytest.raises(ValueError):  # noqa: PT011 (its words are not ours)
        open_line(url)


async def test_a_lost_line_is_told_and_made_anew(server: servers.RedisServer) -> None:
    """To everybody who waits; the next one connects again."""
    async with wire_to(server.url) as line, wired(line.url) as wire:
        await wire.execute_command("PING")
        line.swallow_the_next_answer()
        asked = [asyncio.create_task(wire.execute_command("INCR", "key")) for _ in range(3)]
        await line.swallowed.wait()
        line.cut()
        for each in asked:
            with pytest.raises(NoConnection):
                await each
        assert await wire.execute_command("GET", "key") == b"3"


async def test_who_stops_waiting_takes_the_line_along(server: servers.RedisServer) -> None:
    """Nobody gets the answer of another; whoever waited behind is told."""
    async with wire_to(server.url) as line, wired(line.url) as wire:
        await wire.execute_command("PING")
        line.swallow_the_next_answer()
        asked = [asyncio.create_task(wire.execute_command("ECHO", n)) for n in range(3)]
        await line.swallowed.wait()
        asked[1].cancel()
        for each, error in zip(
            asked, (NoConnection, asyncio.CancelledError, NoConnection), strict=True
        ):
            with pytest.raises(error):
                await each
        line.cut()
        assert await wire.execute_command("ECHO", "mine") == b"mine"


@pytest.mark.parametrize("nonsense", [b"?what is this\r\n", b"+OK\r\n+OK\r\n+OK\r\n"])
async def test_who_talks_nonsense_is_not_listened_to(nonsense: bytes) -> None:
    """What is no answer, or one that nobody asked for, ends the line; the next one is new."""
    lines = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal lines
        lines += 1
        await reader.read(100)
        writer.write(b"+OK\r\n")  # to its name
        await reader.read(100)
        writer.write(nonsense)
        await reader.read()
        writer.close()
        ended.set()

    ended = asyncio.Event()
    async with (
        await asyncio.start_server(talk, "127.0.0.1", 0) as silly,
        wired(f"redis://127.0.0.1:{silly.sockets[0].getsockname()[1]}") as wire,
    ):
        for told in (1, 2):
            ended.clear()
            asked = [asyncio.create_task(wire.execute_command("PING")) for _ in range(2)]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            assert all(each == b"OK" or isinstance(each, NoConnection) for each in answers)
            await ended.wait()
            assert lines == told

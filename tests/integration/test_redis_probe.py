"""How the probe of Redis answers for one that is well, away, silent or locked."""

import asyncio
import socket
import time
from contextlib import closing

import redis

from altyn.adapters.redis import RedisProbe
from altyn.core.health import Condition


async def test_well(redis_url: str) -> None:
    """A Redis that answers is well; the probe is called by its name."""
    probe = RedisProbe(redis_url)
    assert await probe() == Condition(well=True)
    assert probe.name == "redis"


async def test_away() -> None:
    """A refused connection is told, without the password."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]  # nobody listens there once it is closed
    condition = await RedisProbe(f"redis://:hunter2@127.0.0.1:{port}/0")()
    assert not condition.well
    assert condition.words == "it cannot be asked (ConnectionError)"


async def test_silent() -> None:
    """One that accepts and says nothing is given up soon."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        condition = await RedisProbe(url, deadline_seconds=0.1)()
    assert condition == Condition(well=False, words="no answer within 0.1 s")


async def test_gibberish() -> None:
    """One that speaks another protocol is not well."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        condition = await RedisProbe(f"redis://127.0.0.1:{port}/0")()
    assert not condition.well


async def test_wrong_password(redis_url: str) -> None:
    """A password that is not accepted is told and not repeated."""
    where = redis_url.partition("://")[2].rpartition("@")[2]
    condition = await RedisProbe(f"redis://nobody:hunter2@{where}")()
    assert condition == Condition(well=False, words="it does not accept our name and password")


async def test_malformed_address() -> None:
    """An address that is none is no reason to raise, nor to repeat it."""
    for url in ("redis://:hunter2@cache:port/0", "nonsense:hunter2"):
        probe = RedisProbe(url)
        assert await probe() == Condition(well=False, words="its address is malformed")
        assert "hunter2" not in repr(probe)


async def test_leaves_no_connection(redis_url: str) -> None:
    """Each look closes what it opened."""
    with redis.Redis.from_url(redis_url) as client:
        before = {each["id"] for each in client.client_list()}
        assert (await RedisProbe(redis_url)()).well
        deadline = time.monotonic() + 30
        # The server notices a moment later that the other end is gone.
        while {each["id"] for each in client.client_list()} - before:
            assert time.monotonic() < deadline

"""The cache in Redis passes the contract, is shared by processes, and may vanish at any moment."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import define, field
from redis.asyncio import Redis

from altyn.adapters.memory import ManualTicks, MemorySignals
from altyn.adapters.redis import RedisCache, open_redis
from altyn.core.resilience import Aside, Cache, CacheUnreachable, Copy, Lease
from altyn.entrypoints.testkit import CacheContract, Passing
from tests.integration import servers

SOON = 30
"""Seconds after which a test that waits for ever fails instead."""

PATIENT: dict[str, Any] = {"socket_timeout": SOON, "socket_connect_timeout": SOON}


@asynccontextmanager
async def connected(url: str, prefix: str) -> AsyncIterator[RedisCache]:
    """A cache with a client of its own, as each process has."""
    async with Redis.from_url(url, max_connections=64, **PATIENT) as client:
        yield RedisCache(client, prefix, deadline_seconds=SOON)


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """Another client, for looking behind the curtain."""
    async with Redis.from_url(redis_url, **PATIENT) as client:
        yield client


@pytest.fixture
async def cache(redis_url: str, redis_prefix: str) -> AsyncIterator[Cache]:
    """A cache that nobody else uses."""
    async with connected(redis_url, redis_prefix) as cache:
        yield cache


@pytest.fixture
async def other(redis_url: str, redis_prefix: str) -> AsyncIterator[Cache]:
    """The same copies, by a client that takes everything for text."""
    async with Redis.from_url(redis_url, decode_responses=True, **PATIENT) as client:
        yield RedisCache(client, redis_prefix, deadline_seconds=SOON)


async def lifetimes(client: Redis, prefix: str) -> dict[bytes, int]:
    """How many milliseconds each key has left."""
    keys = [key async for key in client.scan_iter(match=f"{prefix}*")]
    return {key: await client.pttl(key) for key in keys}


class TestRedisCache(CacheContract):
    """Every sentence of the port, between two clients."""

    @pytest.fixture
    async def cache(self, cache: Cache) -> Cache:
        return cache

    @pytest.fixture
    async def other(self, other: Cache) -> Cache:
        return other

    @pytest.fixture
    def passing(self, client: Redis, redis_prefix: str) -> Passing:
        async def shorten(seconds: float) -> None:
            for key, left in (await lifetimes(client, redis_prefix)).items():
                await client.pexpire(key, left - round(seconds * 1000))

        return shorten


async def taken(cache: Cache, key: str, seconds: float = 60) -> Lease:
    """The lease for a copy that nobody has."""
    lease = await cache.look(key, seconds)
    assert isinstance(lease, Lease)
    return lease


async def test_a_crowd_waits_for_a_connection(cache: Cache) -> None:
    """However many keys are asked for at once: more than a client has connections."""
    leases = await asyncio.gather(*(cache.look(str(key), 60) for key in range(500)))
    assert all(isinstance(each, Lease) for each in leases)


async def test_every_key_has_its_end(cache: Cache, client: Redis, redis_prefix: str) -> None:
    """That of the lease or of the copy; there is one key for each, under the prefix."""
    await taken(cache, "leased", seconds=10)
    await cache.keep("kept", await taken(cache, "kept", seconds=10), b"copy", 60)
    await cache.keep("x" * 1000, await taken(cache, "x" * 1000), b"copy", 600)
    left = sorted((await lifetimes(client, redis_prefix)).values())
    assert [round(each / 60_000, 1) for each in left] == [0.2, 1.0, 10.0]


async def test_long_keys_are_digested(cache: Cache, client: Redis, redis_prefix: str) -> None:
    """And one that looks like a digest is not mistaken for it."""
    await taken(cache, "x" * 100_000)
    (digested,) = await lifetimes(client, redis_prefix)
    assert len(digested) < 128
    key = digested.decode()
    await taken(cache, key[key.index("sha256:") :])


@define
class Source:
    """Where copies come from; it answers when the test lets it."""

    loads: int = 0
    began: asyncio.Event = field(factory=asyncio.Event)
    may: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self) -> bytes:
        self.loads += 1
        self.began.set()
        await self.may.wait()
        return b"Ann"


@define
class Watched:
    """A cache that says when somebody was told to wait."""

    inner: Cache
    busy: asyncio.Event = field(factory=asyncio.Event)

    async def look(self, key: str, lease_seconds: float) -> bytes | Lease | None:
        seen = await self.inner.look(key, lease_seconds)
        if seen is None:
            self.busy.set()
        return seen

    async def keep(self, key: str, lease: Lease, copy: bytes, seconds: float) -> None:
        await self.inner.keep(key, lease, copy, seconds)

    async def give_up(self, key: str, lease: Lease) -> None:
        await self.inner.give_up(key, lease)

    async def forget(self, key: str) -> None:
        await self.inner.forget(key)


def aside(cache: Cache, signals: MemorySignals | None = None) -> Aside[bytes]:
    """Copies as they are."""
    return Aside(
        name="profile",
        cache=cache,
        encode=bytes,
        decode=bytes,
        load_seconds=SOON,
        poll_seconds=0.01,
        signals=signals or MemorySignals(),
    )


async def test_a_thousand_misses_in_two_processes_are_one_load(
    redis_url: str, redis_prefix: str
) -> None:
    """Everybody misses before the one load ends, and everybody is told what it brought."""
    source = Source()
    async with AsyncExitStack() as stack, asyncio.timeout(SOON):
        caches = [
            Watched(await stack.enter_async_context(connected(redis_url, redis_prefix)))
            for _ in range(2)
        ]
        here, there = (aside(each) for each in caches)
        tasks = [asyncio.create_task(here("7", source)) for _ in range(500)]
        await source.began.wait()
        tasks += [asyncio.create_task(there("7", source)) for _ in range(500)]
        await caches[1].busy.wait()
        source.may.set()
        assert await asyncio.gather(*tasks) == [Copy(b"Ann")] * 1000
    assert source.loads == 1


async def test_a_hundred_processes_are_one_load(client: Redis, redis_prefix: str) -> None:
    """Also when nobody shares anything but Redis, and all of them look at once."""
    source = Source()
    watched = Watched(RedisCache(client, redis_prefix, deadline_seconds=SOON))
    async with asyncio.timeout(SOON):
        tasks = [asyncio.create_task(aside(watched)("7", source)) for _ in range(100)]
        await source.began.wait()
        await watched.busy.wait()
        source.may.set()
        assert await asyncio.gather(*tasks) == [Copy(b"Ann")] * 100
    assert source.loads == 1


async def test_a_load_elsewhere_is_beaten_by_forgetting(redis_url: str, redis_prefix: str) -> None:
    """What one process began to load before another changed it is not kept after."""
    old, new = Source(), Source()
    async with AsyncExitStack() as stack, asyncio.timeout(SOON):
        here, there = [
            aside(await stack.enter_async_context(connected(redis_url, redis_prefix)))
            for _ in range(2)
        ]
        before = asyncio.create_task(here("7", old))
        await old.began.wait()
        await there.forget("7")
        after = asyncio.create_task(there("7", new))
        await new.began.wait()
        old.may.set()
        assert await before == Copy(b"Ann")
        assert await there.cache.look("profile:7", 60) is None
        new.may.set()
        assert await after == Copy(b"Ann")
        assert (old.loads, new.loads) == (1, 1)
        assert await here("7", old) == Copy(b"Ann")
        assert old.loads == 1


async def test_redis_may_vanish_and_come_back() -> None:
    """Meanwhile everything is loaded; afterwards it is used again, by the same client."""
    signals, ticks = MemorySignals(), ManualTicks()
    source = Source()
    source.may.set()
    with servers.RedisServer() as server:
        async with open_redis(server.url) as client:
            cache = RedisCache(client, deadline_seconds=SOON, ticks=ticks)
            copies = aside(cache, signals)
            await copies("7", source)
            await copies("7", source)
            assert source.loads == 1
            server.stop()
            assert await copies("7", source) == Copy(b"Ann")
            await copies.forget("7")
            assert source.loads == 2
            assert signals.total("cache_unavailable_total") == 2
            server.start()
            ticks.advance(seconds=1)
            await copies("7", source)
            await copies("7", source)
            assert source.loads == 3
            assert signals.total("cache_unavailable_total") == 2


async def test_redis_may_be_killed_while_a_copy_is_brought() -> None:
    """The caller is told what was loaded."""
    source, signals = Source(), MemorySignals()
    with servers.RedisServer() as server:
        async with open_redis(server.url) as client:
            copies = aside(RedisCache(client, deadline_seconds=SOON), signals)
            task = asyncio.create_task(copies("7", source))
            await source.began.wait()
            server.kill()
            source.may.set()
            assert await task == Copy(b"Ann")
    assert signals.total("cache_unavailable_total") == 1


async def test_after_no_answer_nobody_looks_for_a_while(redis_prefix: str) -> None:
    """Each way to ask has an end; looking then costs nothing, but forgetting is always tried."""
    ticks = ManualTicks()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as silent:
        url = f"redis://:hunter2@127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        async with open_redis(url) as client:
            cache = RedisCache(client, redis_prefix, deadline_seconds=0.05, ticks=ticks)
            with pytest.raises(CacheUnreachable, match=r"redis: no answer within 0\.05 s"):
                await cache.look("key", 60)
            for _ in range(3):
                ticks.advance(seconds=0.33)
                with pytest.raises(CacheUnreachable, match="it did not answer a moment ago"):
                    await cache.look("key", 60)
            for asked in (
                cache.forget("key"),
                cache.keep("key", Lease("lease"), b"copy", 60),
                cache.give_up("key", Lease("lease")),
            ):
                with pytest.raises(CacheUnreachable, match="no answer within"):
                    await asked
            ticks.advance(seconds=1)
            looks = (cache.look(str(key), 60) for key in range(100))
            told = await asyncio.gather(*looks, return_exceptions=True)
            reasons = Counter(each.reason for each in told if isinstance(each, CacheUnreachable))
            assert reasons == {
                "no answer within 0.05 s": 32,
                "it did not answer a moment ago": 68,
            }
            assert "127.0.0.1" not in repr(cache)


async def test_a_refused_connection_is_told_without_the_address() -> None:
    """The words of the client may quote a password."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken_port:
        port = taken_port.getsockname()[1]  # nobody listens there once it is closed
    async with open_redis(f"redis://:hunter2@127.0.0.1:{port}") as client:
        with pytest.raises(CacheUnreachable) as away:
            await RedisCache(client, deadline_seconds=SOON).look("key", 60)
    assert str(away.value) == "cannot use the cache in redis: ConnectionError"


async def test_what_redis_refuses_is_no_copy(
    cache: Cache, client: Redis, redis_prefix: str
) -> None:
    """Somebody put a thing of another type there; other keys are looked at as before."""
    await client.hset(f"{redis_prefix}key:key", "field", "value")
    with pytest.raises(CacheUnreachable, match="ResponseError"):
        await cache.look("key", 60)
    await cache.forget("key")
    await taken(cache, "key")


async def test_a_foreign_value_is_a_miss(cache: Cache, client: Redis, redis_prefix: str) -> None:
    """It is replaced."""
    await client.set(f"{redis_prefix}key:profile:7", "what is this?", px=60_000)
    source = Source()
    source.may.set()
    assert await aside(cache)("7", source) == Copy(b"Ann")
    assert await aside(cache)("7", source) == Copy(b"Ann")
    assert source.loads == 1


@define
class Between:
    """Stands between a client and Redis, and holds back what Redis says while `may` is unset."""

    redis: tuple[str, int]
    asked: asyncio.Event = field(factory=asyncio.Event)
    may: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        redis, forth = await asyncio.open_connection(*self.redis)
        with closing(forth), closing(back):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(client, forth))
                group.create_task(self._pass_on(redis, back, self.may))

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        may: asyncio.Event | None = None,
    ) -> None:
        while said := await reader.read(65_536):
            if may is None:
                self.asked.set()
            else:
                await may.wait()
            writer.write(said)
        writer.close()


async def test_who_is_cancelled_leaves_its_answer_to_nobody(
    cache: Cache, redis_url: str, redis_prefix: str
) -> None:
    """Who asks next by the same client is told its own copy, not that of another."""
    for key in ("mine", "yours"):
        await cache.keep(key, await taken(cache, key), key.encode(), 60)
    where = urlsplit(redis_url)
    between = Between((where.hostname or "", where.port or 0))
    between.may.set()
    async with await asyncio.start_server(between, "127.0.0.1", 0) as server:
        user, at, _ = where.netloc.rpartition("@")
        netloc = f"{user}{at}127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with (
            asyncio.timeout(SOON),
            Redis.from_url(where._replace(netloc=netloc).geturl(), max_connections=1) as client,
        ):
            narrow = RedisCache(client, redis_prefix, deadline_seconds=SOON)
            assert await narrow.look("yours", 60) == b"yours"
            between.may.clear()
            between.asked.clear()
            asked = asyncio.create_task(narrow.look("mine", 60))
            await between.asked.wait()
            for _ in range(10):  # until it waits for the answer
                await asyncio.sleep(0)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            between.may.set()
            assert await narrow.look("yours", 60) == b"yours"

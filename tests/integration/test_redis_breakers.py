"""Trips shared over Redis pass the contract, survive its accidents, and open real guards."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any

import pytest
from redis.asyncio import Redis

from altyn.adapters.memory import ManualTicks
from altyn.adapters.redis import RedisTrips
from altyn.core.errors import Unavailable
from altyn.core.resilience import (
    BreakerPolicy,
    Changed,
    CircuitOpen,
    Guard,
    Place,
    SharedTrips,
    SharingAway,
    State,
    Trip,
)
from altyn.entrypoints.testkit import Passing, SharedTripsContract
from tests.integration import servers

SOON = 30
"""Seconds after which a test that waits for ever fails instead."""
MINUTE = 60_000_000
PATIENT = 10.0
"""A deadline for a busy machine."""


@asynccontextmanager
async def connected(url: str, prefix: str, decode: bool = False) -> AsyncIterator[RedisTrips]:
    """Trips by a client of its own, as each process has one."""
    # With a timeout of its own the client sends within `wait_for`, which loses a cancellation in
    # Python 3.11 when the sending ends at the same moment.
    async with Redis.from_url(url, decode_responses=decode, socket_timeout=None) as client:
        yield RedisTrips(client, prefix, deadline_seconds=PATIENT)


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """Another client, for looking behind the curtain."""
    async with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
async def trips(redis_url: str, redis_prefix: str) -> AsyncIterator[RedisTrips]:
    """Those of one process."""
    async with connected(redis_url, redis_prefix) as trips:
        yield trips


@pytest.fixture
async def other(redis_url: str, redis_prefix: str) -> AsyncIterator[RedisTrips]:
    """Those of another, whose client takes everything for text."""
    async with connected(redis_url, redis_prefix, decode=True) as trips:
        yield trips


class TestRedisTrips(SharedTripsContract):
    """Every sentence of the port, between two clients."""

    @pytest.fixture
    async def trips(self, trips: SharedTrips) -> SharedTrips:
        return trips

    @pytest.fixture
    async def other(self, other: SharedTrips) -> SharedTrips:
        return other

    @pytest.fixture
    def passing(self, client: Redis, redis_prefix: str) -> Passing:
        async def shorten(seconds: float) -> None:
            async for key in client.scan_iter(match=f"{redis_prefix}*"):
                if await client.type(key) == b"zset":
                    ends: Any = await client.zrange(key, 0, -1, withscores=True)
                    await client.zadd(key, {each: end - seconds * 1_000_000 for each, end in ends})
                await client.pexpire(key, await client.pttl(key) - round(seconds * 1000))

        return shorten


async def test_every_key_has_its_prefix_its_tag_and_its_end(
    trips: RedisTrips, client: Redis, redis_prefix: str
) -> None:
    """One slot of a cluster for each dependency; what nobody ends goes by itself."""
    await trips.probe("shop", Place("long"), 2, 2 * MINUTE)
    await trips.probe("shop", Place("short"), 2, MINUTE)
    await trips.trip("shop", MINUTE)
    found = {key: await client.pttl(key) async for key in client.scan_iter(f"{redis_prefix}*")}
    tag = f"{redis_prefix}{{shop}}:"
    assert set(found) == {f"{tag}trip".encode(), f"{tag}probes".encode()}
    assert 30_000 < found[f"{tag}trip".encode()] <= 60_000
    assert 90_000 < found[f"{tag}probes".encode()] <= 120_000


async def test_it_ends_on_the_servers_clock(trips: RedisTrips) -> None:
    """By itself, and no earlier than it said."""
    before = asyncio.get_running_loop().time()
    first = await trips.trip("shop", 50_000)
    async with asyncio.timeout(SOON):
        while await trips.look("shop"):
            pass
    assert asyncio.get_running_loop().time() - before >= 0.049
    second = await trips.trip("shop", 50_000)
    assert second.id > first.id


async def test_a_forgotten_script_is_loaded_again(trips: RedisTrips, client: Redis) -> None:
    """Whichever it is."""
    await trips.trip("shop", MINUTE)
    await client.script_flush()
    assert await trips.look("shop")
    await client.script_flush()
    assert isinstance(await trips.probe("shop", Place("a"), 1, MINUTE), Trip)
    await client.script_flush()
    assert (await trips.trip("shop", MINUTE)).ticks_left <= MINUTE


async def asked_in_vain(trips: SharedTrips, reason: str) -> None:
    """Every question is answered in the words of the port."""
    for question in (
        trips.look("shop"),
        trips.trip("shop", MINUTE),
        trips.probe("shop", Place("a"), 1, MINUTE),
        trips.give_back("shop", Place("a")),
    ):
        with pytest.raises(SharingAway) as raised:
            await question
        assert raised.value.like(SharingAway(reason))
        assert str(raised.value) == f"breakers are not shared now: {reason}"


async def test_away() -> None:
    """A refused connection is told, without the password."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]  # nobody listens there once it is closed
    async with Redis.from_url(f"redis://:hunter2@127.0.0.1:{port}/0") as client:
        trips = RedisTrips(client, deadline_seconds=PATIENT)
        await asked_in_vain(trips, "ConnectionError")
        assert "hunter2" not in repr(trips)


async def test_silent() -> None:
    """One that accepts and says nothing is given up soon."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        async with Redis.from_url(url) as client:
            await asked_in_vain(
                RedisTrips(client, deadline_seconds=0.05), "no answer within 0.05 s"
            )


POLICY = BreakerPolicy(volume_min=2, failures_min=2, open_seconds=30, probes=1, steps=())


class Process:
    """A guard with a client of its own, whose changes can be waited for."""

    def __init__(self, trips: SharedTrips, ticks: ManualTicks) -> None:
        self.changes: asyncio.Queue[Changed] = asyncio.Queue()
        self.guard = Guard(
            "shop", POLICY, ticks=ticks, shared=trips, listener=self.changes.put_nowait
        )

    async def becomes(self, state: State) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(SOON):
            assert (await self.changes.get()).after is state

    async def well(self) -> None:
        """A call that works."""
        await self.guard(answers)

    async def fails(self) -> None:
        """A call that does not."""
        with pytest.raises(TimeoutError):
            await self.guard(breaks)

    async def refused(self) -> None:
        """A call that is not begun."""
        with pytest.raises(CircuitOpen):
            await self.guard(answers)


async def answers() -> None:
    """Works."""


async def breaks() -> None:
    """Does not."""
    raise TimeoutError


async def rests(trips: SharedTrips) -> None:
    """Wait until all know."""
    async with asyncio.timeout(SOON):
        while not await trips.look("shop"):
            pass


async def test_guards_learn_from_each_other(
    trips: RedisTrips, other: RedisTrips, client: Redis, redis_prefix: str
) -> None:
    """The trip of one opens the other, whose probe keeps the first from probing as well."""
    ticks = ManualTicks()
    one, two = Process(trips, ticks), Process(other, ticks)
    await one.fails()
    await one.fails()
    await one.becomes(State.OPEN)
    await rests(trips)
    await two.well()
    await two.becomes(State.OPEN)
    await client.delete(f"{redis_prefix}{{shop}}:trip")  # its time is over
    ticks.advance(seconds=31)
    async with two.guard.permit():
        await one.refused()
        await one.becomes(State.HALF_OPEN)
    await two.becomes(State.HALF_OPEN)
    await two.becomes(State.CLOSED)
    async with asyncio.timeout(SOON):
        while await client.exists(f"{redis_prefix}{{shop}}:probes"):
            pass
    await one.well()
    await one.becomes(State.CLOSED)


async def test_a_redis_that_dies_breaks_no_guard() -> None:
    """It trips, tries and closes by itself; once Redis is back, it tells again."""
    ticks = ManualTicks()
    async with AsyncExitStack() as stack:
        server = stack.enter_context(servers.RedisServer())
        trips = await stack.enter_async_context(connected(server.url, "altyn:"))
        process = Process(trips, ticks)
        await process.well()
        server.kill()
        await process.fails()
        await process.fails()
        await process.becomes(State.OPEN)
        await process.refused()
        ticks.advance(seconds=30)
        await process.well()
        await process.becomes(State.HALF_OPEN)
        await process.becomes(State.CLOSED)
        server.start()
        ticks.advance(seconds=1)
        await process.fails()
        await process.fails()
        await process.becomes(State.OPEN)
        await rests(trips)


async def test_a_cancelled_question_leaves_a_client_that_works(trips: RedisTrips) -> None:
    """Its answer is not taken for that of the next one."""
    await trips.trip("shop", MINUTE)
    for _ in range(20):
        task = asyncio.create_task(trips.probe("bank", Place("a"), 1, MINUTE))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        seen = await trips.look("shop")
        assert seen is not None
        assert seen.ticks_left <= MINUTE


def test_errors_are_those_of_the_port() -> None:
    """Whatever is away is Unavailable, which is what a guard answers."""
    assert issubclass(SharingAway, Unavailable)

"""Limits while Redis forgets, falls, hangs or drops the line, and after it is back."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import urlsplit

import pytest
from attrs import define
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError

from altyn.adapters.memory import ManualTicks, MemoryMeter, MemorySignals
from altyn.adapters.redis import RedisMeter, open_redis
from altyn.adapters.redis import Wire as RedisWire
from altyn.core.health import Condition
from altyn.core.limits import (
    Admission,
    Concurrency,
    CostMalformed,
    CostNever,
    FixedWindow,
    MeterAway,
    Policy,
    Rate,
    SteadyMeter,
    StrictWindow,
)
from altyn.core.resilience import DEPENDENCIES, CircuitOpen, Guard, State
from tests.integration import servers
from tests.integration.cutting import Wire, wire_to
from tests.integration.redis_meters import Way, connected, goes_by, hand_of

LIMIT: Final = 5
RATE: Final = Rate(name="rate", count=LIMIT, seconds=3600, burst=LIMIT)
FIXED: Final = FixedWindow(name="fixed", limit=LIMIT, seconds=3600)
STRICT: Final = StrictWindow(name="strict", limit=LIMIT, seconds=3600)
LEASE: Final = Concurrency(name="lease", limit=LIMIT, seconds=3600)
POLICIES: Final[tuple[Policy, ...]] = (RATE, FIXED, STRICT, LEASE)

Falls = Literal["stop", "kill"]
falls = pytest.mark.parametrize("falls", get_args(Falls))
every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.kind)


@pytest.fixture(params=get_args(Way))
def way(request: pytest.FixtureRequest) -> Way:
    """By the connection of our own, or by the client library."""
    way: Way = request.param
    return way


@pytest.fixture(scope="module")
def shared_server() -> Iterator[servers.RedisServer]:
    """A server that may be stopped, if it runs again afterwards."""
    with servers.RedisServer() as server:
        yield server


@pytest.fixture
def server(shared_server: servers.RedisServer) -> Iterator[servers.RedisServer]:
    """The server, empty."""
    yield shared_server
    shared_server.stop()
    shared_server.start()


@pytest.fixture
async def client(server: servers.RedisServer) -> AsyncIterator[Redis]:
    """Another client, for doing bad things behind the meter's back."""
    async with open_redis(server.url) as client:
        yield client


async def left(url: str, policy: Policy, key: str = "key") -> int:
    """What the key has, as another process sees it."""
    async with connected(url, "altyn:") as meter:
        look = await meter.peek((key, policy, 1))
        return look.remaining + 1 if look.admitted else 0


# Redis forgets.


async def test_a_forgotten_script_is_brought_again(
    server: servers.RedisServer, client: Redis, way: Way
) -> None:
    """What was counted stays counted."""
    async with connected(server.url, "altyn:", way) as meter:
        for remaining in (4, 3, 2):
            assert (await meter.admit(("key", STRICT, 1))).remaining == remaining
            await client.script_flush()


@every_policy
async def test_a_wipe_is_counted(
    server: servers.RedisServer,
    client: Redis,
    policy: Policy,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A key may be admitted once more what its policy admits to an idle one, and no more."""
    signals = MemorySignals()
    async with connected(server.url, "altyn:", signals=signals) as meter:
        for wipes in range(3):
            admissions = [await meter.admit(("key", policy, 1)) for _ in range(LIMIT + 2)]
            assert sum(each.admitted for each in admissions) == LIMIT
            assert signals.total("limits_forgotten_total", space="limits") == wipes
            await client.flushall()
            # Looking is enough to find out; and a refusal that is remembered is past soon.
            await meter.reset("another", policy)
            assert signals.total("limits_forgotten_total", space="limits") == wipes + 1
    assert caplog.messages == ["Redis was wiped: limits of 'limits' are counted anew"] * 3


async def test_only_what_was_known_can_be_forgotten(
    server: servers.RedisServer, client: Redis
) -> None:
    """A meter that starts finds what it finds; two wipes that nobody saw are one."""
    signals = MemorySignals()
    async with connected(server.url, "altyn:", signals=signals) as meter:
        await client.flushall()
        await meter.admit(("key", STRICT, 1))
        assert signals.total("limits_forgotten_total") == 0
        for _ in range(2):
            await client.flushall()
            await meter_of_another(server)
        await meter.admit(("key", STRICT, 1))
        assert signals.total("limits_forgotten_total") == 1


async def meter_of_another(server: servers.RedisServer) -> None:
    assert await left(server.url, STRICT, "another") == LIMIT


# Another Redis goes on: from a snapshot, or as the replica it was.


@pytest.fixture
def saving() -> Iterator[servers.RedisServer]:
    """A server that saves."""
    with servers.RedisServer(saves=True) as server:
        yield server


@every_policy
async def test_what_a_snapshot_lacks_is_counted_anew(
    saving: servers.RedisServer, policy: Policy, caplog: pytest.LogCaptureFixture
) -> None:
    """That and no more; each process notices, and only those that had seen what went before."""
    signals, others = MemorySignals(), MemorySignals()
    async with (
        connected(saving.url, "altyn:", signals=signals) as meter,
        connected(saving.url, "altyn:", signals=others) as another,
    ):
        await meter.admit(("key", policy, 2))
        await another.peek(("key", policy, 1))
        await save(saving)
        await meter.admit(("key", policy, 3))
        await asyncio.to_thread(saving.kill)
        await asyncio.to_thread(saving.start)
        admissions = [await meter.admit(("key", policy, 1)) for _ in range(LIMIT)]
        assert sum(each.admitted for each in admissions) == 3
        await until_told(meter, signals, "limits_restored_total")
        await until_told(another, others, "limits_restored_total")
        assert await left(saving.url, policy) == 0
    for told in (signals, others):
        assert told.total("limits_restored_total", space="limits") == 1
        assert told.total("limits_forgotten_total") == 0
    words = "another Redis goes on: it may have forgotten what limits of 'limits' counted last"
    assert caplog.messages == [words] * 2


async def save(server: servers.RedisServer) -> None:
    """Write a snapshot now, as it does by itself sooner or later."""
    async with open_redis(server.url) as client:
        await client.save()


async def until_told(meter: RedisMeter, signals: MemorySignals, name: str) -> None:
    """Ask until it was noticed, which takes a second at most."""
    async with asyncio.timeout(30):
        while not signals.total(name):
            await meter.peek(("another", STRICT, 1))


@pytest.mark.parametrize("passed", [1_000_000, -3_600_000_000])
async def test_another_redis_is_noticed_a_second_later(
    saving: servers.RedisServer, passed: int
) -> None:
    """Or at once, when its clock is behind."""
    signals = MemorySignals()
    async with hand_of(saving.url, "altyn:") as hand:
        options = goes_by(hand)
        async with connected(saving.url, "altyn:", signals=signals, **options) as meter:
            await meter.admit(("key", STRICT, 1))
            await asyncio.to_thread(saving.stop)
            await asyncio.to_thread(saving.start)
            await meter.admit(("key", STRICT, 1))
            assert signals.total("limits_restored_total") == 0
            async with hand_of(saving.url, "altyn:") as later:
                await later.advance(passed)
            for _ in range(3):
                await meter.admit(("key", STRICT, 1))
                assert signals.total("limits_restored_total") == 1


async def test_what_had_not_reached_a_replica_is_counted_anew() -> None:
    """It took over, and goes on from what it knows."""
    signals = MemorySignals()
    with servers.RedisServer() as server, servers.RedisServer() as replica:
        name = Name(RedisWire(server.url))
        meter = RedisMeter(cast(RedisWire, name), "altyn:", deadline_seconds=30, signals=signals)
        async with open_redis(replica.url) as client:
            await meter.admit(("key", STRICT, 2))
            where = urlsplit(server.url)
            await client.replicaof(where.hostname, where.port)
            async with asyncio.timeout(30):
                await until_it_has(client, "altyn:*:key")
            await client.replicaof("NO", "ONE")
            await meter.admit(("key", STRICT, 3))
            await name.leads_to(RedisWire(replica.url))
            admissions = [await meter.admit(("key", STRICT, 1)) for _ in range(LIMIT)]
            assert sum(each.admitted for each in admissions) == 3
            await until_told(meter, signals, "limits_restored_total")
        await name.aclose()
    assert signals.total("limits_restored_total") == 1
    assert signals.total("limits_forgotten_total") == 0


async def until_it_has(replica: Redis, key: str) -> None:
    """What it was sent is there; while it reads that it answers nothing."""
    found = None
    while not found:
        with suppress(BusyLoadingError):
            found = await replica.keys(key)


@define
class Name:
    """Leads to one server, and after a failover to another one."""

    wire: RedisWire

    async def execute_command(self, *words: bytes | str | int) -> object:
        """Ask whoever it leads to."""
        return await self.wire.execute_command(*words)

    async def leads_to(self, wire: RedisWire) -> None:
        """From now on."""
        await self.aclose()
        self.wire = wire

    async def aclose(self) -> None:
        """End it."""
        await self.wire.aclose()


async def test_where_nobody_may_ask_who_serves_limits_are_counted_all_the_same(
    server: servers.RedisServer, client: Redis
) -> None:
    """One Redis is then not told from another; that it was wiped is."""
    await client.acl_setuser(
        "somebody",
        enabled=True,
        nopass=True,
        keys=["*"],
        categories=["+@all"],
        commands=["-info"],
    )
    where = urlsplit(server.url)
    url = where._replace(netloc=f"somebody:@{where.netloc}").geturl()
    signals = MemorySignals()
    async with connected(url, "altyn:", signals=signals) as meter:
        for remaining in (4, 3):
            assert (await meter.admit(("key", STRICT, 1))).remaining == remaining
        await client.flushall()
        assert (await meter.admit(("key", STRICT, 1))).remaining == 4
    assert signals.total("limits_forgotten_total") == 1


# Redis falls.


@falls
async def test_a_meter_goes_on_after_a_restart(
    server: servers.RedisServer, way: Way, falls: Falls
) -> None:
    """By itself; while Redis is down each call says so and when to ask again."""
    signals = MemorySignals()
    async with connected(server.url, "altyn:", way, signals=signals) as meter:
        await meter.admit(("key", STRICT, 1))
        await asyncio.to_thread(getattr(server, falls))
        for ask in (meter.admit, meter.peek):
            with pytest.raises(MeterAway) as away:
                await ask(("key", STRICT, 1))
            assert away.value.retry_after_seconds == 1
        await asyncio.to_thread(server.start)
        assert (await meter.admit(("key", STRICT, 1))).remaining == LIMIT - 1
        assert signals.total("limits_forgotten_total") == 1


async def test_a_restart_that_nobody_saw_is_not_felt(server: servers.RedisServer) -> None:
    """Who asks next connects again and is answered; a client of the library needs one try more."""
    async with connected(server.url, "altyn:") as meter:
        await meter.admit(("key", STRICT, 1))
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        assert (await meter.admit(("key", STRICT, 1))).remaining == LIMIT - 1


async def test_a_meter_of_a_cluster_goes_on_after_a_restart() -> None:
    """Whatever its client says meanwhile is told as it is of one server."""
    with servers.RedisServer(cluster=True) as server:
        where = urlsplit(server.url)
        never = Retry(NoBackoff(), 0)
        async with RedisCluster(where.hostname, where.port or 0, retry=never) as client:
            meter = RedisMeter(client)
            await meter.admit(("key", STRICT, 1))
            await asyncio.to_thread(server.kill)
            for _ in range(5):
                with pytest.raises(MeterAway):
                    await meter.admit(("key", STRICT, 1))
            await asyncio.to_thread(server.start)
            assert (await meter.admit(("key", STRICT, 1))).remaining == LIMIT - 1


# Answers that are lost.


@asynccontextmanager
async def over_a_wire(
    server: servers.RedisServer, way: Way, **options: Any
) -> AsyncIterator[tuple[RedisMeter, Wire]]:
    """A connected meter, and the wire to its server."""
    async with (
        wire_to(server.url) as wire,
        connected(wire.url, "altyn:", way, **options) as meter,
    ):
        await meter.peek(("key", STRICT, 1))
        yield meter, wire


@every_policy
async def test_a_decision_whose_answer_was_lost_is_spent(
    server: servers.RedisServer, way: Way, policy: Policy
) -> None:
    """Once, whoever travelled with it; the next call works."""
    async with over_a_wire(server, way) as (meter, wire):
        wire.swallow_the_next_answer()
        asked = [asyncio.create_task(meter.admit(("key", policy, cost))) for cost in (1, 2)]
        await wire.swallowed.wait()
        wire.cut()
        for each in asked:
            with pytest.raises(MeterAway):
                await each
        assert await left(server.url, policy) == LIMIT - 3
        assert (await meter.admit(("key", policy, 1))).remaining == LIMIT - 4


async def test_giving_back_whose_answer_was_lost_is_done_once(
    server: servers.RedisServer, way: Way
) -> None:
    """Who forgives is told that it is not known."""
    async with over_a_wire(server, way) as (meter, wire):
        for cost in (2, 3):
            admission = await meter.admit(("key", FIXED, cost))
        wire.swallow_the_next_answer()
        asked = asyncio.create_task(meter.forgive(admission))
        await wire.swallowed.wait()
        wire.cut()
        with pytest.raises(MeterAway):
            await asked
        assert await left(server.url, FIXED) == LIMIT - 2


async def test_what_was_on_its_way_when_redis_fell_is_away(
    server: servers.RedisServer, way: Way
) -> None:
    """Also whoever waited for the next call."""
    async with connected(server.url, "altyn:", way) as meter:
        await meter.peek(("key", STRICT, 1))
        with server.paused():
            asked = [asyncio.create_task(meter.admit(("key", STRICT, 1))) for _ in range(300)]
            await turns()
            await asyncio.to_thread(server.kill)
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(each) for each in told} == {MeterAway}


async def turns() -> None:
    """Until everybody has gone as far as possible without an answer."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_who_is_cancelled_has_spent(server: servers.RedisServer, way: Way) -> None:
    """On the way or while waiting for it; the others get their answers."""
    async with connected(server.url, "altyn:", way) as meter:
        await meter.peek(("key", STRICT, 1))
        with server.paused():
            first = [asyncio.create_task(meter.admit(("key", STRICT, 1))) for _ in range(2)]
            await turns()
            second = [asyncio.create_task(meter.admit(("key", STRICT, 1))) for _ in range(2)]
            await turns()
            first[0].cancel()
            second[0].cancel()
            await turns()
        assert (await first[1]).remaining == LIMIT - 2
        assert (await second[1]).remaining == LIMIT - 4
        assert [task.cancelled() for task in (first[0], second[0])] == [True, True]
        assert await left(server.url, STRICT) == LIMIT - 4


async def test_no_answer_costs_the_deadline(server: servers.RedisServer, way: Way) -> None:
    """What was sent is carried out once when Redis goes on, and counts; so does all after it."""
    async with connected(server.url, "altyn:", way) as meter:
        assert (await meter.admit(("key", STRICT, 1))).admitted
        meter.deadline_seconds = 0.05
        with server.paused():
            for _ in range(3):  # of these, only the first finds a line that is open
                with pytest.raises(MeterAway):
                    await meter.admit(("key", STRICT, 1))
        assert await left(server.url, STRICT) == LIMIT - 2
        meter.deadline_seconds = 30
        assert (await meter.admit(("key", STRICT, 1))).remaining == LIMIT - 3


async def test_those_who_wait_behind_do_not_pay_again(way: Way) -> None:
    """A thousand at once wait for one deadline, not for one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}"
        async with connected(url, "altyn:", way, deadline_seconds=0.1) as meter:
            asked = (meter.admit(("key", STRICT, 1)) for _ in range(1000))
            told = await asyncio.gather(*asked, return_exceptions=True)
            assert {type(each) for each in told} == {MeterAway}
            assert callers(silent) == 1
            with pytest.raises(MeterAway):
                await meter.peek(("key", STRICT, 1))
            assert callers(silent) == 1


def callers(silent: socket.socket) -> int:
    """How many connected since this was asked."""
    silent.setblocking(False)
    called = 0
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            called += 1
    return called


# What is done meanwhile.

MONEY: Final = StrictWindow(name="withdraw", limit=3, seconds=60)
CHAT: Final = StrictWindow(name="chat", limit=3, seconds=60, fails_closed=False)
OPEN_SECONDS: Final = DEPENDENCIES["redis"].open_seconds


@define
class House:
    """Limits as a process has them: shared while Redis is there, by itself while it is not."""

    server: servers.RedisServer
    limits: SteadyMeter
    signals: MemorySignals
    ticks: ManualTicks

    async def ask(self, policy: Policy, *more: Policy) -> Admission:
        """For somebody, at the cost of one."""
        return await self.limits.admit(*(("somebody", each, 1) for each in (policy, *more)))

    async def is_refused(self, policy: Policy, *more: Policy) -> float:
        """After how many seconds to ask again."""
        with pytest.raises(MeterAway) as away:
            await self.ask(policy, *more)
        assert f"try again in {away.value.retry_after_seconds:g} s" in str(away.value)
        return away.value.retry_after_seconds

    async def until_it_rests(self) -> None:
        """The guard has found out that Redis is away."""
        for _ in range(200):  # half of the calls have to fail, and some went well before
            if self.limits.guard.state is State.CLOSED:
                await self.is_refused(MONEY)
        assert self.limits.guard.state is State.OPEN

    async def until_it_is_well(self) -> None:
        """Time passes and somebody asks, which is all it takes."""
        self.ticks.advance(seconds=OPEN_SECONDS)
        for _ in range(100):
            with suppress(MeterAway):
                await self.limits.peek(("nobody", MONEY, 1))
            self.ticks.advance(seconds=0.25)
        assert self.limits.guard.state is State.CLOSED


@pytest.fixture
async def house(server: servers.RedisServer) -> AsyncIterator[House]:
    """One whose guard goes by the hand."""
    signals, ticks = MemorySignals(), ManualTicks()
    guard = Guard("redis", DEPENDENCIES["redis"], ticks=ticks, signals=signals)
    async with connected(server.url, "altyn:", signals=signals, guard=guard) as meter:
        limits = SteadyMeter(meter, MemoryMeter(), guard, signals)
        yield House(server, limits, signals, ticks)


@falls
async def test_money_is_refused_while_redis_is_away(house: House, falls: Falls) -> None:
    """With the time after which to try again: a second, then for as long as the guard rests."""
    assert (await house.ask(MONEY)).remaining == 2
    await asyncio.to_thread(getattr(house.server, falls))
    assert await house.is_refused(MONEY) == 1
    await house.until_it_rests()
    assert await house.is_refused(MONEY) == OPEN_SECONDS
    house.ticks.advance(seconds=4)
    assert await house.is_refused(MONEY) == OPEN_SECONDS - 4
    assert await house.is_refused(CHAT, MONEY) == OPEN_SECONDS - 4
    assert house.signals.total("limits_refused_uncounted_total") == 5
    assert house.signals.total("limits_counted_alone_total") == 0


@falls
async def test_chat_is_counted_by_the_process_while_redis_is_away(
    house: House, falls: Falls
) -> None:
    """From the beginning, and no less strictly."""
    assert (await house.ask(CHAT)).remaining == 2
    await asyncio.to_thread(getattr(house.server, falls))
    assert [(await house.ask(CHAT)).admitted for _ in range(5)] == [True] * 3 + [False] * 2
    look = await house.limits.peek(("somebody", CHAT, 1))
    assert 59_000_000 < look.wait <= 60_000_000
    await house.limits.reset("somebody", CHAT)
    assert (await house.ask(CHAT)).remaining == 2
    assert house.signals.total("limits_counted_alone_total") == 7
    assert house.signals.total("limits_refused_uncounted_total") == 0
    assert house.signals.total("limits_not_told_total", what="reset") == 1


@falls
async def test_it_is_seen_that_redis_is_away(house: House, falls: Falls) -> None:
    """In health, with what it means, and in the metrics."""
    assert await house.limits() == Condition(True)
    assert house.signals.gauges["breaker_state", REDIS] == 0
    await asyncio.to_thread(getattr(house.server, falls))
    await house.until_it_rests()
    assert await house.limits() == Condition(
        False,
        "limits of money refuse, others are counted by each process alone; "
        "the shared meter rests for 15 s",
    )
    assert house.signals.gauges["breaker_state", REDIS] == 3
    assert house.signals.total("breaker_changes_total", to="open") == 1


REDIS: Final = frozenset({("name", "redis")})


@falls
async def test_nobody_calls_while_the_guard_rests(house: House, falls: Falls) -> None:
    """Not one connection, whatever is asked."""
    lease = await house.limits.admit(("somebody", LEASE, 1))
    await asyncio.to_thread(getattr(house.server, falls))
    await house.until_it_rests()
    where = urlsplit(house.server.url)
    with socket.create_server((where.hostname or "", where.port or 0)) as silent:
        for _ in range(100):
            await house.is_refused(MONEY)
            await house.ask(LOOSE)
        await house.limits.release(lease)
        await house.limits.forgive(lease)
        await house.limits.reset("somebody", MONEY)
        assert callers(silent) == 0
    assert house.signals.total("limits_not_told_total") == 3


LOOSE: Final = Rate(name="loose", count=1000, seconds=1, burst=1000, fails_closed=False)


async def test_a_lost_round_trip_counts_once(server: servers.RedisServer, way: Way) -> None:
    """However many travelled in it and waited behind it: a line that drops is no Redis away."""
    guard = Guard("redis", DEPENDENCIES["redis"], ticks=ManualTicks())
    async with over_a_wire(server, way, guard=guard) as (meter, wire):
        for lost in (1, 2):
            assert guard.state is State.CLOSED
            wire.swallow_the_next_answer()
            asked = [asyncio.create_task(meter.admit((f"key-{n}", RATE, 1))) for n in range(300)]
            await wire.swallowed.wait()
            wire.cut()
            told = await asyncio.gather(*asked, return_exceptions=True)
            assert {type(each) for each in told} == {MeterAway}, lost
        assert guard.state is State.OPEN


async def test_what_redis_was_not_asked_says_nothing_about_it(house: House) -> None:
    """Nonsense is refused at once, whatever Redis does; it closes nothing, nor keeps it closed."""
    await house.ask(MONEY)
    await asyncio.to_thread(house.server.stop)

    async def not_asked() -> None:
        for _ in range(100):
            with pytest.raises(CostNever):
                await house.limits.admit(("somebody", MONEY, 4))
            with pytest.raises(CostMalformed):
                await house.limits.peek(("somebody", MONEY, 0))

    await not_asked()
    for _ in range(2):
        await house.is_refused(MONEY)
        await not_asked()
    assert house.limits.guard.state is State.OPEN
    house.ticks.advance(seconds=OPEN_SECONDS)
    await not_asked()
    assert house.limits.guard.state is State.OPEN
    await house.is_refused(MONEY)
    assert await house.is_refused(MONEY) == OPEN_SECONDS


async def test_a_remembered_refusal_says_nothing_about_redis(
    server: servers.RedisServer,
) -> None:
    """It holds while Redis is away, and opens and closes nothing."""
    ticks, guard_ticks = ManualTicks(), ManualTicks()
    guard = Guard("redis", DEPENDENCIES["redis"], ticks=guard_ticks)
    async with connected(server.url, "altyn:", ticks=ticks, guard=guard) as meter:
        await meter.admit(("key", STRICT, LIMIT))
        assert not (await meter.admit(("key", STRICT, 1))).admitted
        guard.trip()
        await asyncio.to_thread(server.kill)
        guard_ticks.advance(seconds=OPEN_SECONDS)
        for _ in range(100):
            assert not (await meter.admit(("key", STRICT, 1))).admitted
        assert guard.state is State.OPEN
        with pytest.raises(MeterAway):
            await meter.admit(("another", STRICT, 1))
        with pytest.raises(CircuitOpen):
            await meter.admit(("another", STRICT, 1))


async def test_nobody_waits_while_it_is_tried(house: House) -> None:
    """One call finds out whether Redis answers; who comes meanwhile is told to come again."""
    await house.ask(MONEY)
    house.limits.guard.trip()
    house.ticks.advance(seconds=OPEN_SECONDS)
    with house.server.paused():
        trying = [asyncio.create_task(house.ask(MONEY)) for _ in range(2)]
        await turns()
        assert house.limits.guard.state is State.HALF_OPEN
        for _ in range(100):
            assert await house.is_refused(MONEY) == 1
        assert not any(each.done() for each in trying)
    assert [(await each).remaining for each in trying] == [1, 0]
    await house.until_it_is_well()


@falls
async def test_everything_is_counted_together_again_without_a_restart(
    house: House, falls: Falls
) -> None:
    """Once Redis is back and somebody asked; what was counted meanwhile is over."""
    await house.ask(MONEY)
    await asyncio.to_thread(getattr(house.server, falls))
    await house.until_it_rests()
    await house.ask(CHAT)
    await asyncio.to_thread(house.server.start)
    await house.is_refused(MONEY)  # it still rests
    await house.until_it_is_well()
    assert await house.limits() == Condition(True)
    assert house.signals.gauges["breaker_state", REDIS] == 0
    assert (await house.ask(MONEY, CHAT)).remaining == 2
    for policy in (MONEY, CHAT):
        assert await left(house.server.url, policy, "somebody") == 2
    assert house.signals.total("limits_forgotten_total") == 1
    await asyncio.to_thread(getattr(house.server, falls))
    await house.until_it_rests()
    await asyncio.to_thread(house.server.start)
    await house.until_it_is_well()
    assert (await house.ask(MONEY)).admitted


async def test_a_redis_that_hangs_is_away(house: House) -> None:
    """Two deadlines, and no more is waited for."""
    shared = house.limits.shared
    assert isinstance(shared, RedisMeter)
    await house.ask(CHAT)
    shared.deadline_seconds = 0.05
    with house.server.paused():
        assert [(await house.ask(CHAT)).admitted for _ in range(4)] == [True] * 3 + [False]
        assert house.limits.guard.state is State.OPEN
        await house.is_refused(MONEY)
    shared.deadline_seconds = 30
    await house.until_it_is_well()
    # The one that was sent before the line was dropped is counted.
    assert await left(house.server.url, CHAT, "somebody") == 1

"""The meter in Redis passes the contract; what it keeps there, how it asks, what it remembers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from fractions import Fraction
from itertools import count
from typing import Final, get_args
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot

from altyn.adapters.memory import ManualTicks
from altyn.adapters.redis import RedisMeter, open_redis
from altyn.adapters.redis.limits import lua
from altyn.core.limits import (
    DEMANDS_MAX,
    Admission,
    Concurrency,
    Demand,
    FixedWindow,
    Meter,
    Policy,
    PolicyMalformed,
    Rate,
    StrictWindow,
    digest,
)
from altyn.entrypoints.testkit import HandTicks, LimitsMachine, MeterContract
from tests.integration import servers
from tests.integration.redis_meters import BY_HAND, Hand, Way, connected, goes_by, hand_of

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
BATCH: Final = 128

RATE: Final = Rate(name="rate", count=3, seconds=60, burst=3)
FIXED: Final = FixedWindow(name="fixed", limit=3, seconds=60)
STRICT: Final = StrictWindow(name="strict", limit=3, seconds=60)
LEASE: Final = Concurrency(name="lease", limit=3, seconds=60)
POLICIES: Final[tuple[Policy, ...]] = (RATE, FIXED, STRICT, LEASE)

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.kind)


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    """Another client, for looking behind the curtain."""
    async with open_redis(redis_url) as client:
        yield client


@pytest.fixture
async def hand(redis_url: str, redis_prefix: str) -> AsyncIterator[Hand]:
    """Moves the time of those that go by it."""
    async with hand_of(redis_url, redis_prefix) as hand:
        yield hand


@pytest.fixture
async def meter(redis_url: str, redis_prefix: str) -> AsyncIterator[RedisMeter]:
    """A meter on the clock of Redis."""
    async with connected(redis_url, redis_prefix) as meter:
        yield meter


@pytest.fixture
async def by_hand(redis_url: str, redis_prefix: str, hand: Hand) -> AsyncIterator[RedisMeter]:
    """A meter that goes by the hand."""
    async with connected(redis_url, redis_prefix, **goes_by(hand)) as meter:
        yield meter


class TestRedisMeter(MeterContract):
    """Every sentence of the port."""

    @pytest.fixture
    def clock(self, hand: Hand) -> Hand:
        return hand

    @pytest.fixture
    def meter(self, by_hand: RedisMeter) -> Meter:
        return by_hand


class RedisLimitsMachine(LimitsMachine):
    """Histories as hypothesis invents them."""

    remembers = True
    url = "overridden by the fixture"
    prefix = "overridden by the fixture"
    examples = count()

    async def opened(self) -> tuple[Meter, HandTicks]:
        self.stack = AsyncExitStack()
        prefix = f"{self.prefix}{next(self.examples)}:"
        hand = await self.stack.enter_async_context(hand_of(self.url, prefix))
        meter = connected(self.url, prefix, **goes_by(hand))
        return await self.stack.enter_async_context(meter), hand

    async def closed(self) -> None:
        await self.stack.aclose()


TestRedisLimitsMachine = RedisLimitsMachine.TestCase
TestRedisLimitsMachine.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


@pytest.fixture(autouse=True)
def machine_server(redis_url: str, redis_prefix: str) -> None:
    """Where the machine finds Redis; its examples share the keys of the test."""
    RedisLimitsMachine.url, RedisLimitsMachine.prefix = redis_url, redis_prefix


@every_policy
async def test_a_key_that_owes_nothing_is_as_good_as_new(
    by_hand: RedisMeter, hand: Hand, policy: Policy
) -> None:
    """From the very moment, and no better a little later."""
    first = await by_hand.admit(("key", policy, 2))
    for later in (0, 1, 999, 1000):
        await hand.advance(first.answers[0][2] + later)
        again = await by_hand.admit(("key", policy, 2))
        assert again.answers == first.answers


# What is kept.

ENDS: Final = """
local function moment()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local before, left = moment(), {}
for n, key in ipairs(KEYS) do left[n] = redis.call('PTTL', key) end
return {before, moment(), unpack(left)}
"""


async def ends(client: Redis, prefix: str) -> dict[bytes, tuple[int, int] | None]:
    """Between which milliseconds each key ends, or None if never."""
    keys = [key async for key in client.scan_iter(match=f"{prefix}*")]
    before, after, *left = await client.eval(ENDS, len(keys), *keys)
    return {
        key: (before + its, after + its) if its >= 0 else None
        for key, its in zip(keys, left, strict=True)
    }


async def only_end(client: Redis, prefix: str) -> tuple[int, int]:
    """When the only key that ends does."""
    (end,) = [end for end in (await ends(client, prefix)).values() if end is not None]
    return end


async def assert_kept(client: Redis, prefix: str, until: int) -> None:
    """The only debt is kept until it ends, and not for a second more."""
    earliest, latest = await only_end(client, prefix)
    assert until <= latest * 1000
    assert earliest * 1000 < until + SECOND


def end_of(admission: Admission) -> int:
    """When nothing is owed any more."""
    return admission.at + admission.answers[0][2]


@every_policy
async def test_a_key_lasts_as_long_as_its_debt(
    client: Redis, meter: RedisMeter, redis_prefix: str, policy: Policy
) -> None:
    """From the first spending to the last; whoever is refused, or only looks, prolongs nothing."""
    for _ in range(3):
        spent = await meter.admit(("key", policy, 1))
        await assert_kept(client, redis_prefix, end_of(spent))
    before = await only_end(client, redis_prefix)
    assert not (await meter.admit(("key", policy, 1))).admitted
    assert not (await meter.peek(("key", policy, 1))).admitted
    after = await only_end(client, redis_prefix)
    assert after[0] <= before[1]
    assert before[0] <= after[1]


@every_policy
async def test_who_spends_later_prolongs_what_he_owes(
    client: Redis, redis_url: str, redis_prefix: str, hand: Hand, policy: Policy
) -> None:
    """And no more than that: a fixed window ends when it would have ended."""
    script = lua("clock") + BY_HAND + lua("limits")
    async with connected(redis_url, redis_prefix, script=script) as meter:
        for cost in (1, 2):
            spent = await meter.admit(("key", policy, cost))
            (key,) = await client.keys(f"{redis_prefix}*:key")
            left = await client.pttl(key)
            owed = spent.answers[0][2] / 1000
            assert owed - 8_000 < left <= owed + 2
            await hand.advance(10 * SECOND)


@pytest.mark.parametrize("policy", [FIXED, STRICT, LEASE], ids=lambda policy: policy.kind)
async def test_a_key_outlives_what_was_spent_before_the_clock_went_back(
    client: Redis, redis_url: str, redis_prefix: str, hand: Hand, policy: Policy
) -> None:
    """It must not vanish when the clock is put right again."""
    script = lua("clock") + BY_HAND + lua("limits")
    async with connected(redis_url, redis_prefix, script=script) as meter:
        await hand.set_back(-HOUR)
        assert (await meter.admit(("key", policy, 1))).admitted
        (key,) = await client.keys(f"{redis_prefix}*:key")
        await client.pexpire(key, 3_660_000)  # as Redis would see it by a clock an hour behind
        await hand.set_back(0)
        assert (await meter.admit(("key", policy, 1))).admitted
        assert 3_650_000 < await client.pttl(key) <= 3_660_002


async def test_debts_of_any_length_are_kept(
    client: Redis, meter: RedisMeter, redis_prefix: str
) -> None:
    """To the microsecond, which is finer than Redis forgets; and for a whole year."""
    for microseconds in (1_000_001, 1_000_999, 1_999_500, 2_000_000, 366 * 24 * HOUR):
        policy = FixedWindow(name="window", limit=1, seconds=Fraction(microseconds, SECOND))
        for key in "abcdefgh":
            spent = await meter.admit((key, policy, 1))
            assert end_of(spent) == spent.at + microseconds
            await assert_kept(client, redis_prefix, end_of(spent))
            await meter.reset(key, policy)


@every_policy
async def test_one_key_for_each_demand_and_one_for_all(
    client: Redis, meter: RedisMeter, redis_prefix: str, policy: Policy
) -> None:
    """Only that of all stays; looking leaves no other."""
    await meter.peek(("key", policy, 1))
    assert list((await ends(client, redis_prefix)).values()) == [None]
    await meter.admit(("key", policy, 3))
    await meter.admit(("another", policy, 1), ("x" * 100_000, policy, 1))
    found = await ends(client, redis_prefix)
    assert sorted(end is None for end in found.values()) == [False, False, False, True]
    assert max(map(len, found)) < 400
    for key in ("key", "another", "x" * 100_000):
        await meter.reset(key, policy)
    assert list((await ends(client, redis_prefix)).values()) == [None]


async def test_what_was_given_back_leaves_nothing(
    client: Redis, meter: RedisMeter, redis_prefix: str
) -> None:
    """What is left of it lasts no longer than before."""
    for policy in (FIXED, LEASE):
        first, second = [await meter.admit(("key", policy, cost)) for cost in (1, 2)]
        await meter.forgive(first)
        await assert_kept(client, redis_prefix, end_of(second))
        await meter.forgive(second)
        assert list((await ends(client, redis_prefix)).values()) == [None]


@pytest.mark.parametrize(
    "policy",
    [
        Rate(name="rate", count=100, seconds=1, burst=2),
        FixedWindow(name="fixed", limit=2, seconds=Fraction(1, 50)),
        StrictWindow(name="strict", limit=2, seconds=Fraction(1, 50)),
        Concurrency(name="lease", limit=2, seconds=Fraction(1, 50)),
    ],
    ids=lambda policy: policy.kind,
)
async def test_an_idle_key_leaves_nothing(
    client: Redis, meter: RedisMeter, redis_prefix: str, policy: Policy
) -> None:
    """Redis forgets it by itself."""
    await meter.admit(("key", policy, 2))
    async with asyncio.timeout(10):
        while len(found := await ends(client, redis_prefix)) > 1:
            pass
    assert list(found.values()) == [None]


async def test_everything_lies_in_one_slot(
    client: Redis, meter: RedisMeter, redis_prefix: str
) -> None:
    """Whatever keys and policies look like."""
    names = ("key", "{key}", "}{", "", "key\r\n\0", "ключ", "\ud800", "{" * 200)
    for name in names:
        await meter.admit(*((name, policy, 1) for policy in POLICIES))
    found = await ends(client, redis_prefix)
    assert len(found) == 4 * len(names) + 1
    assert {key_slot(key) for key in found} == {key_slot(b"limits")}


async def test_no_key_is_taken_for_another(meter: RedisMeter) -> None:
    """Where the policy's part of a name ends and the key begins, nobody can choose."""
    policies: list[Policy] = [
        kind(name="pay", limit=1, seconds=seconds)
        for kind in (FixedWindow, StrictWindow, Concurrency)
        for seconds in (5, 60)
    ]
    policies += Rate(name="pay", count=1, seconds=60, burst=1), RATE
    keys = ["", "ann", ":ann", "5000000:ann", "60000000:ann", "pay:ann", "rate:pay:ann", "x" * 97]
    keys.append(digest(keys[-1]))
    for policy in policies:
        for key in keys:
            assert (await meter.admit((key, policy, policy.most))).admitted
            assert not (await meter.peek((key, policy, 1))).admitted


async def test_spaces_are_counted_apart(redis_url: str, redis_prefix: str) -> None:
    """Also when they share a prefix; two meters of one space count together."""
    async with (
        connected(redis_url, redis_prefix, space="bot") as bot,
        connected(redis_url, redis_prefix, space="api") as api,
        connected(redis_url, redis_prefix, space="api") as same,
    ):
        demand = ("key", STRICT, 3)
        assert (await bot.admit(demand)).admitted
        assert (await api.admit(demand)).admitted
        assert not (await same.admit(demand)).admitted


async def test_a_lease_is_of_the_process_that_took_it(redis_url: str, redis_prefix: str) -> None:
    """Another gives back only its own."""
    async with (
        connected(redis_url, redis_prefix) as here,
        connected(redis_url, redis_prefix) as there,
    ):
        for meter, cost in ((here, 1), (there, 2)):
            lease = await meter.admit(("key", LEASE, cost))
        await there.release(lease)
        assert (await here.peek(("key", LEASE, 1))).remaining == 1
        await there.release(lease)
        assert (await here.peek(("key", LEASE, 1))).remaining == 1


async def test_what_redis_cannot_count_is_refused(meter: RedisMeter) -> None:
    """A policy of somebody else's making has to bring its own meter."""
    with pytest.raises(PolicyMalformed, match="Redis does not know how to count Odd"):
        await meter.admit(("key", StrictWindow(name="fine", limit=1, seconds=1), 1), ODD)


class Odd(Policy):
    """Of a kind that no script knows."""

    kind = "odd"
    table = "odd:odd"
    most = 1


ODD: Final[Demand] = ("key", Odd(name="odd"), 1)


# How it asks.


@pytest.fixture
def server() -> Iterator[servers.RedisServer]:
    """A server that nobody else asks."""
    with servers.RedisServer() as server:
        yield server


@pytest.fixture
async def calls(server: servers.RedisServer) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """How often the script was called there."""
    async with open_redis(server.url) as client:

        async def calls() -> int:
            told = await client.info("commandstats")
            return sum(told.get(f"cmdstat_{name}", {"calls": 0})["calls"] for name in WAYS)

        yield calls


WAYS: Final = ("eval", "evalsha")


async def test_decisions_of_one_turn_travel_together(
    server: servers.RedisServer, calls: Callable[[], Awaitable[int]]
) -> None:
    """One call for 64 of them, and as few as possible for more; in the order of asking."""
    policy = StrictWindow(name="many", limit=100, seconds=60)
    async with connected(server.url, "altyn:") as meter:
        await meter.peek(("key", policy, 1))
        before = await calls()
        told = await asyncio.gather(*(meter.admit(("key", policy, 1)) for _ in range(64)))
        assert await calls() - before == 1
        assert [each.remaining for each in told] == list(range(99, 35, -1))
        told = await asyncio.gather(*(meter.peek(("key", policy, 1)) for _ in range(3 * BATCH)))
        assert await calls() - before == 4
        assert {each.remaining for each in told} == {35}


async def test_the_first_call_brings_the_script(
    server: servers.RedisServer, calls: Callable[[], Awaitable[int]]
) -> None:
    """Once for all; each call after it only names it."""
    async with connected(server.url, "altyn:") as meter, connected(server.url, "altyn:") as other:
        await meter.peek(("key", STRICT, 1))
        assert await calls() == 2
        await meter.peek(("key", STRICT, 1))
        await other.peek(("key", STRICT, 1))
        assert await calls() == 4


@pytest.mark.parametrize("way", get_args(Way))
async def test_each_is_told_its_own(redis_url: str, redis_prefix: str, way: Way) -> None:
    """Sets of every size, looks, resets and leases in one call do not mix up the answers."""
    async with connected(redis_url, redis_prefix, way) as meter:
        await tell_apart(meter)


async def tell_apart(meter: Meter) -> None:
    await meter.admit(("gone", STRICT, 3))
    lease = await meter.admit(("held", LEASE, 3))
    one, _, none, two, _, three = await asyncio.gather(
        meter.admit(("a", STRICT, 1)),
        meter.reset("gone", STRICT),
        meter.admit(("a", FIXED, 1), ("held", LEASE, 1), ("a", RATE, 2)),
        meter.peek(("a", STRICT, 1), ("gone", STRICT, 1)),
        meter.release(lease),
        meter.admit(("held", LEASE, 1), ("a", FIXED, 3), ("gone", STRICT, 3)),
    )
    assert [
        [(wait > 0, left) for wait, left, _ in each.answers] for each in (one, none, two, three)
    ] == [
        [(False, 2)],
        [(False, 2), (True, 0), (False, 1)],
        [(False, 1), (False, 2)],
        [(False, 2), (False, 0), (False, 0)],
    ]


@pytest.fixture(scope="module")
def cluster_url() -> Iterator[str]:
    """A cluster of one node, which still minds that all keys of a call lie in one slot."""
    with servers.RedisServer(cluster=True) as server:
        yield server.url


async def test_a_cluster_counts_sets_of_many_keys(cluster_url: str) -> None:
    """In one step, as one server does."""
    where = urlsplit(cluster_url)
    never = Retry(NoBackoff(), 0)
    async with RedisCluster(where.hostname, where.port or 0, retry=never) as client:
        meter = RedisMeter(client)
        demands: list[Demand] = [
            (f"user:{n}", POLICIES[n % len(POLICIES)], 1) for n in range(DEMANDS_MAX)
        ]
        told = await asyncio.gather(*(meter.admit(*demands) for _ in range(5)))
        assert [each.admitted for each in told] == [True, True, True, False, False]
        assert not (await meter.peek(*demands[:1])).admitted
        await meter.release(told[0])
        await meter.reset(demands[0][0], demands[0][1])
        assert (await meter.admit(demands[0], demands[3])).admitted


# What it remembers.


@pytest.fixture
async def alone(server: servers.RedisServer) -> AsyncIterator[tuple[RedisMeter, Hand]]:
    """A meter whose calls can be counted, since nobody else calls, and its hand."""
    async with (
        hand_of(server.url, "altyn:") as hand,
        connected(server.url, "altyn:", **goes_by(hand)) as meter,
    ):
        yield meter, hand


async def test_a_refusal_is_not_asked_for_again(
    alone: tuple[RedisMeter, Hand], calls: Callable[[], Awaitable[int]]
) -> None:
    """For a second; the wait is counted down exactly."""
    meter, hand = alone
    await meter.admit(("key", STRICT, 3))
    refusal = await meter.admit(("key", STRICT, 1))
    before = await calls()
    for passed in (0, 1, 400_000, SECOND - 1):
        await hand.advance(passed - (hand() - refusal.at))
        assert await meter.admit(("key", STRICT, 1)) == refusal._replace(
            answers=[(60 * SECOND - passed, 0, 60 * SECOND - passed)], at=refusal.at + passed
        )
    assert await calls() == before
    await hand.advance(1)
    for _ in range(2):
        assert (await meter.admit(("key", STRICT, 1))).wait == 59 * SECOND
    assert await calls() == before + 1


async def test_nobody_is_refused_for_too_long(
    alone: tuple[RedisMeter, Hand], calls: Callable[[], Awaitable[int]]
) -> None:
    """When the wait is over it is asked again, not a microsecond later."""
    meter, hand = alone
    policy = StrictWindow(name="short", limit=1, seconds=Fraction(3, 10))
    await meter.admit(("key", policy, 1))
    await meter.admit(("key", policy, 1))
    before = await calls()
    await hand.advance(299_999)
    assert (await meter.admit(("key", policy, 1))).wait == 1
    assert await calls() == before
    await hand.advance(1)
    assert (await meter.admit(("key", policy, 1))).admitted
    assert await calls() == before + 1
    assert (await meter.peek(("key", policy, 1))).wait == 300_000


async def test_a_wait_begins_when_it_was_asked(
    redis_url: str, redis_prefix: str, hand: Hand
) -> None:
    """What the answer took on its way is not waited for on top."""
    ticks = ManualTicks()
    async with connected(redis_url, redis_prefix, **(goes_by(hand) | {"ticks": ticks})) as meter:
        await meter.admit(("key", STRICT, 3))
        asked = asyncio.create_task(meter.admit(("key", STRICT, 1)))
        await asyncio.sleep(0)
        ticks.advance(seconds=0.6)
        assert (await asked).wait == 60 * SECOND
        ticks.advance(seconds=0.3)
        assert (await meter.admit(("key", STRICT, 1))).wait == 59_100_000
        ticks.advance(seconds=0.1)
        await hand.advance(60 * SECOND)
        assert (await meter.admit(("key", STRICT, 1))).admitted


async def test_only_the_very_same_is_remembered(by_hand: RedisMeter) -> None:
    """A smaller cost, another key or a larger limit may well be admitted."""
    await by_hand.admit(("key", STRICT, 2))
    assert not (await by_hand.admit(("key", STRICT, 2))).admitted
    assert (await by_hand.admit(("other", STRICT, 2))).admitted
    assert (await by_hand.admit(("key", STRICT.times(Fraction(2)), 2))).admitted
    assert not (await by_hand.admit(("key", STRICT, 2))).admitted
    await by_hand.reset("key", STRICT)
    assert (await by_hand.admit(("key", STRICT, 1))).admitted


async def test_nothing_about_leases_is_remembered(
    by_hand: RedisMeter, redis_url: str, redis_prefix: str, hand: Hand
) -> None:
    """Another process may give one back at any moment."""
    lease = await by_hand.admit(("key", LEASE, 3))
    demands: list[Demand] = [("key", STRICT, 1), ("key", LEASE, 1)]
    assert not (await by_hand.admit(*demands)).admitted
    async with connected(redis_url, redis_prefix, **goes_by(hand)) as other:
        await other.release(lease)
    assert (await by_hand.admit(*demands)).admitted


async def test_a_reset_clears_what_is_remembered(by_hand: RedisMeter) -> None:
    """Also what was refused just before it, in the same call."""
    await by_hand.admit(("key", STRICT, 3))
    assert not (await by_hand.admit(("key", STRICT, 1))).admitted
    await by_hand.reset("key", STRICT)
    assert (await by_hand.admit(("key", STRICT, 3))).admitted
    refusal, _ = await asyncio.gather(
        by_hand.admit(("key", STRICT, 1)), by_hand.reset("key", STRICT)
    )
    assert not refusal.admitted
    assert (await by_hand.admit(("key", STRICT, 1))).admitted


async def test_forgiving_clears_what_is_remembered(by_hand: RedisMeter) -> None:
    """Also what was refused just before it, in the same call."""
    spent = await by_hand.admit(("key", FIXED, 3))
    assert not (await by_hand.admit(("key", FIXED, 1))).admitted
    await by_hand.forgive(spent)
    spent = await by_hand.admit(("key", FIXED, 3))
    assert spent.admitted
    refusal, _ = await asyncio.gather(by_hand.admit(("key", FIXED, 1)), by_hand.forgive(spent))
    assert not refusal.admitted
    assert (await by_hand.admit(("key", FIXED, 1))).admitted


async def test_no_more_is_remembered_than_there_is_room_for(
    alone: tuple[RedisMeter, Hand], calls: Callable[[], Awaitable[int]]
) -> None:
    """Then all of it is asked for again."""
    meter, _ = alone
    policy = Rate(name="many", count=1, seconds=1, burst=20_000)
    await meter.admit(("key", policy, 20_000))
    refused = [("key", policy, cost) for cost in range(1, 10_002)]
    await asyncio.gather(*(meter.admit(demand) for demand in refused[:-1]))
    before = await calls()
    await meter.admit(refused[0])
    assert await calls() == before
    await meter.admit(refused[-1])
    await meter.admit(refused[-1])
    assert await calls() == before + 1
    await meter.admit(refused[0])
    assert await calls() == before + 2


# When the clock of the server is set back.


@every_policy
async def test_a_clock_that_goes_back_admits_nothing_more(
    by_hand: RedisMeter, hand: Hand, policy: Policy
) -> None:
    """What was spent counts until the clock is again where it was, and its own time longer."""
    assert (await by_hand.admit(("key", policy, 3))).admitted
    full = (await by_hand.peek(("key", policy, 3))).wait
    for behind in (1, 61 * SECOND, 24 * HOUR):
        await hand.set_back(behind)
        look = await by_hand.peek(("key", policy, 3))
        assert (look.wait, look.at) == (full + behind, hand() - behind)
        assert (await by_hand.admit(("key", policy, 1))).wait > behind
        await hand.advance(SECOND)
        full -= SECOND
    await hand.advance(full)
    assert (await by_hand.admit(("key", policy, 3))).admitted


@every_policy
async def test_what_is_spent_on_a_clock_that_went_back_counts(
    by_hand: RedisMeter, hand: Hand, policy: Policy
) -> None:
    """Together with what was spent before; and the rest is there as ever."""
    await by_hand.admit(("key", policy, 2))
    await hand.set_back(HOUR)
    if policy is RATE:  # it has been paid for an hour ahead
        assert (await by_hand.admit(("key", policy, 1))).wait == HOUR
    else:
        assert (await by_hand.admit(("key", policy, 1))).admitted
    refusal = await by_hand.admit(("key", policy, 1))
    assert 0 < refusal.wait <= HOUR + 60 * SECOND
    assert refusal.remaining == 0
    await hand.advance(60 * SECOND)
    assert (await by_hand.admit(("key", policy, 3))).admitted


async def test_a_log_stays_in_order_when_the_clock_goes_back(
    by_hand: RedisMeter, hand: Hand
) -> None:
    """The strict window counts what comes later as late as what came before."""
    await by_hand.admit(("key", STRICT, 1))
    await hand.set_back(10 * SECOND)
    late = await by_hand.admit(("key", STRICT, 1))
    assert list(late.answers) == [(0, 1, 70 * SECOND)]
    await hand.set_back(0)
    await hand.advance(30 * SECOND)
    assert (await by_hand.admit(("key", STRICT, 1))).admitted
    refusal = await by_hand.admit(("key", STRICT, 2))
    assert list(refusal.answers) == [(30 * SECOND, 0, 60 * SECOND)]
    await hand.advance(30 * SECOND)
    assert (await by_hand.admit(("key", STRICT, 2))).admitted


async def test_what_was_given_on_a_clock_that_went_back_is_given_back(
    by_hand: RedisMeter, hand: Hand
) -> None:
    """Leases end, and a fixed window counts no more what is forgiven."""
    first = await by_hand.admit(("key", LEASE, 1), ("key", FIXED, 1))
    await hand.set_back(HOUR)
    second = await by_hand.admit(("key", LEASE, 2), ("key", FIXED, 2))
    assert second.admitted
    await by_hand.forgive(second)
    assert (await by_hand.peek(("key", LEASE, 2), ("key", FIXED, 2))).remaining == 0
    await by_hand.forgive(first)
    assert (await by_hand.admit(("key", LEASE, 3), ("key", FIXED, 3))).admitted

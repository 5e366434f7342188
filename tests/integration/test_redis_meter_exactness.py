"""However many ask at once: 64 tasks in four processes whose clocks are 90 seconds apart."""

from collections.abc import Iterator, Sequence
from typing import Final, get_args

import pytest
import redis

from altyn.core.limits import Rate
from tests.integration import servers
from tests.integration.askers import (
    POLICIES,
    TASKS,
    Askers,
    Round,
    Said,
    admitted,
    most_above,
    most_at_once,
    most_in_any,
    most_in_windows,
    processes,
    refused,
    spent,
    within,
)
from tests.integration.redis_meters import Way

LIMIT: Final = 40
LENGTH: Final = 200_000
LONG: Final = 500
"""How much policies admit that are too long for anything to end while a test runs."""

STRICT: Final = [("strict", 1)], [("strict", 3)]
FIXED: Final = [("fixed", 1)], [("fixed", 3)]
RATE: Final = [("rate", 1)], [("rate", 5)]
LEASE: Final = [("lease", 1)], [("lease", 2)]


@pytest.fixture(scope="module")
def askers() -> Iterator[Askers]:
    """The processes; a round does not know of the one before."""
    with processes() as askers:
        yield askers


@pytest.fixture(scope="module")
def short(askers: Askers, redis_url: str) -> Iterator[Sequence[Said]]:
    """What was told in a round where everybody comes back exactly when told, many times."""
    with servers.own_keys(redis_url) as prefix:
        askers.begin(Round(redis_url, prefix, [*STRICT, *FIXED, *RATE, *LEASE], times=20))
        yield askers.end()


def test_strict_windows_are_never_exceeded(short: Sequence[Said]) -> None:
    """In any stretch of that length, wherever it begins."""
    assert most_in_any(admitted(short, "strict"), LENGTH) == LIMIT


def test_strict_windows_refuse_only_what_does_not_fit(short: Sequence[Said]) -> None:
    """Neither does one of the waits end too late: by then, enough has left the window."""
    spending, refusals = admitted(short, "strict"), refused(short, "strict")
    assert len(refusals) > 100
    ends: set[tuple[int, int]] = set()
    for each in refusals:
        assert within(spending, each.at - LENGTH, each.at) + each.cost > LIMIT
        # Of those with one end only the first was surely asked just then; others may have been
        # remembered, while somebody with a smaller cost was admitted.
        if (each.at + each.wait, each.cost) in ends:
            continue
        ends.add((each.at + each.wait, each.cost))
        then = each.at + each.wait - LENGTH
        # What is asked together is told one moment: a smaller cost was perhaps admitted after
        # this one was refused, a larger one was not.
        before = [one for one in spending if (one.at, -one.cost) <= (each.at, -each.cost)]
        assert within(before, then, each.at) + each.cost <= LIMIT
        assert within(spending, then - 1, each.at) + each.cost > LIMIT


def test_fixed_windows_are_never_exceeded(short: Sequence[Said]) -> None:
    """Each of them is used up."""
    assert most_in_windows(admitted(short, "fixed"), LENGTH) == LIMIT
    assert len(refused(short, "fixed")) > 100


def test_rates_are_never_exceeded(short: Sequence[Said]) -> None:
    """Between any two moments no more than the burst and the share of that time."""
    rate = POLICIES["rate"]
    assert isinstance(rate, Rate)
    most = most_above(admitted(short, "rate"), rate.interval)
    assert rate.tolerance - rate.interval < most <= rate.tolerance


def test_leases_are_never_exceeded(short: Sequence[Said]) -> None:
    """Not even for the moment in which one is given back and another taken."""
    assert 5 <= most_at_once(admitted(short, "lease")) <= 7
    assert refused(short, "lease")


@pytest.mark.parametrize("name", ["strict.long", "fixed.long", "rate.long", "lease.long"])
def test_exactly_as_much_as_there_is(
    askers: Askers, redis_url: str, redis_prefix: str, name: str
) -> None:
    """Of 64 tasks that take all they can get, none gets too much, and nothing is left over."""
    askers.begin(Round(redis_url, redis_prefix, [[(name, 1)]], times=LONG + 1))
    said = askers.end()
    assert spent(admitted(said, name)) == LONG
    assert len(refused(said, name)) == 4 * TASKS


def test_all_of_a_set_or_nothing(askers: Askers, redis_url: str, redis_prefix: str) -> None:
    """Whatever order others ask in, one limit is not used up for what another refuses."""
    sets = [
        [("strict.long", 1), ("rate.long", 2)],
        [("rate.long", 1), ("fixed.long", 3), ("strict.long", 2)],
        [("lease.long", 1), ("fixed.long", 1)],
    ]
    askers.begin(Round(redis_url, redis_prefix, sets, times=LONG))
    said = askers.end()
    strict, fixed, rate, lease = (
        spent(admitted(said, name))
        for name in ("strict.long", "fixed.long", "rate.long", "lease.long")
    )
    both = len([each for each in admitted(said, "rate.long") if each.cost == 1])
    assert (strict, fixed) == ((rate - both) // 2 + 2 * both, 3 * both + lease)
    assert max(strict, fixed, rate, lease) <= LONG
    assert LONG - max(rate, fixed) < 3


# While Redis forgets and falls.


@pytest.fixture
def server() -> Iterator[servers.RedisServer]:
    """A server to be mistreated."""
    with servers.RedisServer() as server:
        yield server


def await_counting(client: redis.Redis) -> None:
    """Until somebody counts, or everybody is done."""
    for _ in range(10_000):
        if client.dbsize():
            return


every_way = pytest.mark.parametrize("way", get_args(Way))


@every_way
def test_a_script_may_be_forgotten_at_any_moment(
    askers: Askers, server: servers.RedisServer, way: Way
) -> None:
    """Nobody notices: 64 tasks get exactly what there is."""
    askers.begin(Round(server.url, "altyn:", [[("strict.long", 1)]], times=LONG, way=way))
    with redis.Redis.from_url(server.url) as client:
        await_counting(client)
        for _ in range(200):
            client.script_flush()
    said = askers.end()
    assert spent(admitted(said, "strict.long")) == LONG
    assert len(refused(said, "strict.long")) == 64


def test_what_wiping_admits_is_bounded(askers: Askers, server: servers.RedisServer) -> None:
    """64 tasks get no more than all there is once more for each time it was wiped."""
    names = ("strict.long", "fixed.long", "rate.long", "lease.long")
    askers.begin(Round(server.url, "altyn:", [[(name, 1)] for name in names], times=LONG))
    with redis.Redis.from_url(server.url) as client:
        for _ in range(3):
            await_counting(client)
            client.flushall()
        said = askers.end()
        for name in names:
            assert LONG / 4 < spent(admitted(said, name)) <= 4 * LONG
        client.flushall()
    askers.begin(Round(server.url, "altyn:", [[("strict.long", 1)]], times=LONG))
    assert spent(admitted(askers.end(), "strict.long")) == LONG


@every_way
def test_processes_go_on_after_a_restart(
    askers: Askers, server: servers.RedisServer, way: Way
) -> None:
    """64 tasks that ask all the time get what is there, and once more what was forgotten."""
    play = Round(server.url, "altyn:", [[("strict.long", 1)]], times=LONG, way=way)
    askers.begin(play)
    with redis.Redis.from_url(server.url) as client:
        await_counting(client)
    server.kill()
    server.start()
    said = askers.end()
    assert LONG <= spent(admitted(said, "strict.long")) <= 2 * LONG

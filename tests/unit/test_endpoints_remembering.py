"""What a pool knows is loaded at the start, kept now and then, and kept at the end."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, evolve, field

from altyn.adapters.memory import (
    ManualClock,
    ManualTicks,
    MemoryReputations,
    MemorySignals,
    MemoryStore,
)
from altyn.core.errors import Unavailable
from altyn.core.resilience import (
    BALANCED,
    Candidate,
    Effect,
    EndpointPool,
    NoCandidate,
    Operation,
    Reputation,
    State,
    remembering,
)
from altyn.core.transaction import StorageUnreachable
from altyn.entrypoints.testkit import run_virtually

A, B = Candidate("a"), Candidate("b")
READ = Operation("read", Effect.READ, (A, B))
PAY = Operation("pay", Effect.PAY, (A, B), proven_by="read")
RESTS = BALANCED.circuit_timeout_seconds
CLOCK = ManualClock()


def known(candidate: Candidate, state: State, seconds_ago: float, **others: Any) -> Reputation:
    """What somebody learnt so long ago."""
    about = Reputation(
        pool="shop",
        operation="read",
        candidate=candidate.name,
        success=1.0 if state is State.CLOSED else 0.4,
        latency_seconds=0.1,
        state=state,
        at=CLOCK.now() - timedelta(seconds=seconds_ago),
    )
    return evolve(about, **others)


@define
class Diary(MemoryReputations):
    """A memory that remembers each keeping, and fails on demand."""

    lots: list[Sequence[Reputation]] = field(factory=list)
    fails: list[bool] = field(factory=list)

    async def keep(self, reputations: Sequence[Reputation]) -> None:
        self.lots.append(reputations)
        self._may_fail()
        await super().keep(reputations)

    async def of(self, pool: str) -> Sequence[Reputation]:
        self._may_fail()
        return await super().of(pool)

    def _may_fail(self) -> None:
        if self.fails and self.fails.pop(0):
            raise StorageUnreachable("the diary", "lost")


@pytest.fixture
def diary() -> Diary:
    return Diary(MemoryStore())


@pytest.fixture
def signals() -> MemorySignals:
    return MemorySignals()


@pytest.fixture
def ticks() -> ManualTicks:
    return ManualTicks(7)


@pytest.fixture
def pool(signals: MemorySignals, ticks: ManualTicks) -> EndpointPool:
    return EndpointPool("shop", [READ, PAY], ManualClock(), signals=signals, ticks=ticks)


async def answers(candidate: Candidate) -> str:
    return candidate.name


async def fails(candidate: Candidate) -> str:
    raise Unavailable


# When it is kept


def test_it_is_kept_now_and_then_and_at_the_end(pool: EndpointPool, diary: Diary) -> None:
    """What changed since the last time, all in one; nothing when nothing changed."""

    async def story() -> None:
        async with remembering(pool, diary):
            await asyncio.sleep(61)
            assert diary.lots == []
            for _ in range(10):
                await pool.call("read", answers)
            await asyncio.sleep(3)
            assert diary.lots == []
            await asyncio.sleep(2)
            assert [[each.candidate for each in lot] for lot in diary.lots] == [["a"]]
            await asyncio.sleep(60)
            assert len(diary.lots) == 1
            await pool.call("pay", answers)
        assert [[each.operation for each in lot] for lot in diary.lots] == [["read"], ["pay"]]
        assert set(await diary.of("shop")) == set(pool.reputations())

    run_virtually(story())


def test_it_is_kept_as_often_as_one_likes(pool: EndpointPool, diary: Diary) -> None:
    """Here every second."""

    async def story() -> None:
        async with remembering(pool, diary, every_seconds=1):
            await pool.call("read", answers)
            await asyncio.sleep(1.5)
            assert len(diary.lots) == 1

    run_virtually(story())


def test_it_is_kept_when_the_block_fails(pool: EndpointPool, diary: Diary) -> None:
    """The error comes out of the block as it was."""

    async def story() -> None:
        async with remembering(pool, diary):
            await pool.call("read", answers)
            raise KeyError("x")

    with pytest.raises(KeyError):
        run_virtually(story())
    assert len(diary.lots) == 1


def test_nothing_goes_on_after_the_end(pool: EndpointPool, diary: Diary) -> None:
    """What is learnt later is not kept any more."""

    async def story() -> None:
        async with remembering(pool, diary):
            pass
        await pool.call("read", answers)
        await asyncio.sleep(60)
        assert diary.lots == []
        assert len(asyncio.all_tasks()) == 1

    run_virtually(story())


def test_a_store_that_fails_fails_no_call(
    pool: EndpointPool, diary: Diary, signals: MemorySignals
) -> None:
    """Neither at the start nor later; what was not kept is kept the next time."""
    diary.fails.extend([True, True, False, False])

    async def story() -> None:
        async with remembering(pool, diary):
            assert signals.total("endpoint_memory_failures_total", pool="shop") == 1
            await pool.call("read", answers)
            await asyncio.sleep(6)
            assert signals.total("endpoint_memory_failures_total", pool="shop") == 2
            await asyncio.sleep(5)
            assert len(diary.lots) == 2
            assert await diary.of("shop") == diary.lots[0] == diary.lots[1]
            diary.fails.append(True)
            await pool.call("read", fails_at_a)
        assert signals.total("endpoint_memory_failures_total", pool="shop") == 3

    run_virtually(story())


async def fails_at_a(candidate: Candidate) -> str:
    return await (fails if candidate == A else answers)(candidate)


# What is believed


async def test_each_pool_goes_on_from_its_own(pool: EndpointPool) -> None:
    """What is known of others, or of what is no longer declared, means nothing."""
    pool.recall(
        [
            known(A, State.OPEN, 1, pool="other"),
            known(A, State.OPEN, 1, operation="price"),
            known(Candidate("c"), State.OPEN, 1),
        ]
    )
    assert list(pool.reputations()) == []
    assert await pool.call("read", answers) == "a"


async def test_what_is_recalled_is_known_as_it_was(
    pool: EndpointPool, signals: MemorySignals
) -> None:
    """Without a new outcome there is nothing new to keep; the share is told."""
    reputations = [known(A, State.OPEN, 10), known(B, State.CLOSED, 6 * 3600)]
    pool.recall([*reputations, known(A, State.OPEN, 10, operation="pay")])
    assert list(pool.reputations())[:2] == reputations
    labels = {"pool": "shop", "operation": "read", "candidate": "a"}
    assert signals.gauges["endpoint_share_ratio", frozenset(labels.items())] == 0.0


async def test_what_is_too_old_is_not_believed(pool: EndpointPool) -> None:
    """After six hours everything may have changed."""
    pool.recall([known(A, State.OPEN, 6 * 3600 + 0.000001)])
    assert list(pool.reputations()) == []


async def test_a_rest_goes_on_where_it_was(pool: EndpointPool, ticks: ManualTicks) -> None:
    """It counts from the failure, not from the restart."""
    pool.recall([known(A, State.OPEN, 100), known(B, State.OPEN, 100)])
    with pytest.raises(NoCandidate) as said:
        await pool.call("read", answers)
    assert said.value.wait_seconds == RESTS - 100
    ticks.advance(seconds=RESTS - 100)
    assert await pool.call("read", answers) == "a"


async def test_a_moment_still_to_come_is_now(pool: EndpointPool) -> None:
    """Clocks of machines differ a little."""
    pool.recall([known(A, State.OPEN, -5), known(B, State.OPEN, -5)])
    with pytest.raises(NoCandidate) as said:
        await pool.call("read", answers)
    assert said.value.wait_seconds == RESTS


@pytest.mark.parametrize("state", [State.HALF_OPEN, State.RECOVERING])
async def test_trying_out_goes_on_at_once(pool: EndpointPool, state: State) -> None:
    """From the beginning: one read at a time."""
    pool.recall([known(A, state, 1)])
    both = asyncio.Barrier(2)

    async def together(candidate: Candidate) -> str:
        await both.wait()
        return candidate.name

    assert await asyncio.gather(*(pool.call("read", together) for _ in range(2))) == ["a", "b"]


@pytest.mark.parametrize("state", [State.HALF_OPEN, State.RECOVERING, State.OPEN])
async def test_a_payment_is_never_what_tries_it_out(pool: EndpointPool, state: State) -> None:
    """Not after a restart either: a read has to prove it, in this process."""
    pool.recall([known(A, state, RESTS + 1, operation="pay"), known(A, State.CLOSED, 0)])
    assert await pool.call("pay", answers) == "b"
    assert await pool.call("read", answers) == "a"
    assert await pool.call("pay", answers) == "a"


async def test_how_it_fared_is_known_again(pool: EndpointPool) -> None:
    """One that failed now and then, or was much slower, is not preferred by a new process."""
    for worse in (
        evolve(known(A, State.CLOSED, 1), success=0.6),
        evolve(known(A, State.CLOSED, 1), latency_seconds=1.0),
    ):
        pool.recall([worse, known(B, State.CLOSED, 1)])
        assert await pool.call("read", answers) == "b"


async def test_how_it_fared_has_faded_meanwhile(pool: EndpointPool) -> None:
    """As if the process had gone on."""
    pool.recall(
        [
            evolve(known(A, State.CLOSED, 3 * RESTS), success=0.6, latency_seconds=1.0),
            known(B, State.CLOSED, 1),
        ]
    )
    assert await pool.call("read", answers) == "a"

"""Where a call goes, where it goes next, and where it never goes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock, ManualTicks, MemorySignals
from altyn.core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from altyn.core.resilience import (
    BALANCED,
    FAST,
    PROFILES,
    Candidate,
    Effect,
    EndpointPool,
    MisdeclaredOperation,
    NoCandidate,
    NotExecuted,
    Operation,
    Profile,
    State,
    TurnedAway,
    UnknownOperation,
)
from altyn.core.resilience.errors import CircuitOpen

A, B, C = (Candidate(name, f"https://{name}.example") for name in "abc")
RESTS = BALANCED.circuit_timeout_seconds

NOTHING_DONE = [NotExecuted("no connection"), TurnedAway("not known"), CircuitOpen("a", 1.0)]
FAILURES = [Unavailable(), *NOTHING_DONE]
ANSWERS = [Refused(), Missing(), Conflict()]


@define
class Provider:
    """Endpoints that answer with their names unless told how to fail or to wait."""

    ticks: ManualTicks = field(factory=ManualTicks)
    fails: dict[str, BaseException] = field(factory=dict)
    takes: dict[str, float] = field(factory=dict)
    gates: dict[str, "asyncio.Future[None]"] = field(factory=dict)
    called: list[str] = field(factory=list)

    async def __call__(self, candidate: Candidate) -> str:
        self.called.append(candidate.name)
        if gate := self.gates.pop(candidate.name, None):
            await gate
        self.ticks.advance(seconds=self.takes.get(candidate.name, 0))
        if failure := self.fails.get(candidate.name):
            raise failure
        return candidate.name

    def close(self, name: str) -> "asyncio.Future[None]":
        """The next call of that one waits until the future is set."""
        self.gates[name] = asyncio.get_running_loop().create_future()
        return self.gates[name]


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def signals() -> MemorySignals:
    return MemorySignals()


Make = Callable[..., EndpointPool]


@pytest.fixture
def make(provider: Provider, signals: MemorySignals) -> Make:
    """Makes a pool of these operations."""

    def make(*operations: Operation, profile: Profile = BALANCED) -> EndpointPool:
        return EndpointPool(
            "shop",
            operations,
            ManualClock(),
            profile=profile,
            ticks=provider.ticks,
            signals=signals,
        )

    return make


def over(effect: Effect, *candidates: Candidate, proven_by: str | None = None) -> Operation:
    """An operation named for its effect."""
    return Operation(effect.value, effect, candidates or (A, B), proven_by)


READ, CREATE, PAY = (over(effect) for effect in Effect)


def state(pool: EndpointPool, candidate: Candidate = A, operation: str = "read") -> State:
    """What the pool thinks of that one."""
    (known,) = (
        each.state
        for each in pool.reputations()
        if (each.operation, each.candidate) == (operation, candidate.name)
    )
    return known


async def failed(awaited: Awaitable[object]) -> AltynError:
    """The error it ended with."""
    with pytest.raises(AltynError) as said:
        await awaited
    return said.value


async def broken(pool: EndpointPool, *names: str, operation: str = "read") -> None:
    """Let as many calls at once as it takes fail there, and nowhere else."""

    async def fails(candidate: Candidate) -> None:
        if candidate.name not in names:
            raise TurnedAway("asleep")
        await asyncio.sleep(0)
        raise NotExecuted("broken")

    calls = [pool.call(operation, fails) for _ in range(pool.profile.circuit_threshold)]
    await asyncio.gather(*calls, return_exceptions=True)
    for name in names:
        assert state(pool, Candidate(name), operation) is State.OPEN


# What may follow a failure


async def test_the_preferred_endpoint_is_called(make: Make, provider: Provider) -> None:
    """The first that is declared, and no other while it answers."""
    pool = make(READ, CREATE, PAY)
    assert [await pool.call(each.name, provider) for each in (READ, CREATE, PAY)] == ["a"] * 3
    assert provider.called == ["a"] * 3


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: each.code)
async def test_a_read_goes_on_after_any_failure(
    make: Make, provider: Provider, failure: Unavailable
) -> None:
    """Reading twice harms nobody."""
    provider.fails = {"a": failure}
    assert await make(READ).call("read", provider) == "b"
    assert provider.called == ["a", "b"]


@pytest.mark.parametrize("failure", NOTHING_DONE, ids=lambda each: each.code)
async def test_a_creation_goes_on_when_nothing_was_done(
    make: Make, provider: Provider, failure: Unavailable
) -> None:
    """That is certain, so nothing can come to be twice."""
    provider.fails = {"a": failure}
    assert await make(CREATE).call("create", provider) == "b"
    assert provider.called == ["a", "b"]


async def test_a_creation_stops_where_it_is_not_known(make: Make, provider: Provider) -> None:
    """The caller is told what was said, and nobody else is called."""
    provider.fails = {"a": Unavailable()}
    assert await failed(make(CREATE).call("create", provider)) is provider.fails["a"]
    assert provider.called == ["a"]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: each.code)
async def test_a_payment_never_goes_on(
    make: Make, provider: Provider, failure: Unavailable
) -> None:
    """Whatever is said to have happened, the caller is told just that."""
    provider.fails = {"a": failure}
    assert await failed(make(PAY).call("pay", provider)) is failure
    assert provider.called == ["a"]


@pytest.mark.parametrize("operation", [READ, CREATE, PAY], ids=lambda each: each.name)
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: each.code)
async def test_a_refusal_is_an_answer(
    make: Make, provider: Provider, operation: Operation, answer: AltynError
) -> None:
    """It goes to the caller, nobody else is asked, and the endpoint stays as well as it was."""
    provider.fails = {"a": answer}
    pool = make(operation)
    for _ in range(20):
        assert await failed(pool.call(operation.name, provider)) is answer
    assert provider.called == ["a"] * 20
    assert [(each.candidate, each.success) for each in pool.reputations()] == [("a", 1.0)]


async def test_who_asked_all_of_them_is_told_the_last_failure(
    make: Make, provider: Provider
) -> None:
    """Each was called once."""
    provider.fails = {"a": Unavailable(), "b": Unavailable()}
    assert await failed(make(READ).call("read", provider)) is provider.fails["b"]
    assert provider.called == ["a", "b"]


async def test_a_mistake_of_the_program_is_not_hidden(make: Make, provider: Provider) -> None:
    """It comes out at once; since nobody knows whose it was, it is held against the endpoint."""
    provider.fails = {"a": KeyError("price")}
    pool = make(READ)
    with pytest.raises(KeyError):
        await pool.call("read", provider)
    assert provider.called == ["a"]
    assert [each.success < 1 for each in pool.reputations()] == [True]


async def test_a_cancelled_call_says_nothing(make: Make, provider: Provider) -> None:
    """The endpoint is as unknown as before."""
    pool = make(READ)
    provider.close("a")
    call = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert provider.called == ["a"]
    assert list(pool.reputations()) == []


async def test_an_operation_that_is_not_there_is_missing(make: Make, provider: Provider) -> None:
    """With the names of those that are."""
    said = await failed(make(READ, PAY).call("raed" * 30, provider))
    assert said.like(UnknownOperation(("raed" * 30)[:80], ("read", "pay")))
    assert provider.called == []


# Breaking, resting, returning


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("effect", Effect)
async def test_so_many_failures_in_a_row_break_it(
    make: Make, provider: Provider, profile: Profile, effect: Effect
) -> None:
    """As many as the profile says; from then on it is not called until it has rested."""
    pool = make(over(effect, A), profile=profile)
    provider.fails = {"a": Unavailable()}
    for _ in range(profile.circuit_threshold):
        assert await failed(pool.call(effect, provider)) is provider.fails["a"]
    provider.ticks.advance(seconds=10)
    said = await failed(pool.call(effect, provider))
    assert said.like(NoCandidate(effect.value, profile.circuit_timeout_seconds - 10))
    assert len(provider.called) == profile.circuit_threshold


async def test_answers_between_failures_keep_it_working(make: Make, provider: Provider) -> None:
    """One that fails less often than not is not broken, only called last."""
    pool = make(over(Effect.READ, A))
    for _ in range(30):
        provider.fails = {"a": Unavailable()}
        await failed(pool.call("read", provider))
        provider.fails = {}
        assert [await pool.call("read", provider) for _ in range(2)] == ["a", "a"]
    assert state(pool) is State.CLOSED


async def test_old_failures_are_forgotten(make: Make, provider: Provider) -> None:
    """Failures far apart never break it."""
    pool = make(over(Effect.READ, A))
    provider.fails = {"a": Unavailable()}
    for _ in range(10):
        await failed(pool.call("read", provider))
        provider.ticks.advance(seconds=RESTS)
    assert state(pool) is State.CLOSED


async def test_nothing_is_called_while_all_rest(make: Make, provider: Provider) -> None:
    """The wait is that of the one who is rested first."""
    pool = make(READ)
    await broken(pool, "a")
    provider.ticks.advance(seconds=100)
    await broken(pool, "b")
    provider.ticks.advance(seconds=50)
    said = await failed(pool.call("read", provider))
    assert said.like(NoCandidate("read", RESTS - 150))
    assert provider.called == []


async def test_a_rested_endpoint_is_tried_by_one_read(make: Make, provider: Provider) -> None:
    """Of all that wait; the others go elsewhere, or are told to come again shortly."""
    for candidates, elsewhere in (((A, B), ["b"] * 63), ((A,), ["no_candidate"] * 63)):
        pool = make(over(Effect.READ, *candidates))
        await broken(pool, "a")
        provider.ticks.advance(seconds=RESTS)
        gate = provider.close("a")
        calls = [asyncio.create_task(pool.call("read", provider)) for _ in range(64)]
        await asyncio.sleep(0)
        gate.set_result(None)
        told = await asyncio.gather(*calls, return_exceptions=True)
        words = [each.code if isinstance(each, NoCandidate) else each for each in told]
        assert words == ["a", *elsewhere]
        assert {each.wait_seconds for each in told if isinstance(each, NoCandidate)} <= {1.0}


async def test_traffic_comes_back_gradually(
    make: Make, provider: Provider, signals: MemorySignals
) -> None:
    """A probe, every tenth read, every second one, all of them."""
    pool = make(READ)
    await broken(pool, "a")
    provider.ticks.advance(seconds=RESTS)

    async def served(calls: int) -> str:
        told = ""
        for _ in range(calls):
            told += await pool.call("read", provider)
            provider.ticks.advance(seconds=1)
        return f"{told} {share(signals):g}"

    assert await served(1) == "a 0.1"
    assert await served(20) == "abbbbbbbbb" * 2 + " 0.1"
    assert await served(1) == "a 0.5"
    assert await served(5) == "ababa 1"
    assert await served(20) == "a" * 20 + " 1"


async def test_an_endpoint_in_reserve_comes_back_too(make: Make, provider: Provider) -> None:
    """Some reads go to it although the preferred one is well; then it is in reserve again."""
    pool = make(READ)
    await broken(pool, "b")
    provider.ticks.advance(seconds=RESTS)
    for _ in range(40):
        await pool.call("read", provider)
        provider.ticks.advance(seconds=1)
    assert state(pool, B) is State.CLOSED
    assert provider.called.count("b") == 7
    assert provider.called[-10:] == ["a"] * 10


@pytest.mark.parametrize("calls", [0, 1, 25])
async def test_failing_on_the_way_back_is_another_rest(
    make: Make, provider: Provider, calls: int
) -> None:
    """One failure is enough, at any step."""
    pool = make(READ)
    await broken(pool, "a")
    provider.ticks.advance(seconds=RESTS)
    for _ in range(calls):
        await pool.call("read", provider)
        provider.ticks.advance(seconds=1)
    provider.fails, provider.called = {"a": Unavailable()}, []
    while "a" not in provider.called:
        assert await pool.call("read", provider) == "b"
    assert state(pool) is State.OPEN
    provider.ticks.advance(seconds=RESTS - 1)
    provider.called = []
    assert await pool.call("read", provider) == "b"
    assert provider.called == ["b"]


async def test_a_probe_that_was_given_up_makes_room(make: Make, provider: Provider) -> None:
    """The next read tries instead."""
    pool = make(READ)
    await broken(pool, "a")
    provider.ticks.advance(seconds=RESTS)
    provider.close("a")
    probe = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    assert await pool.call("read", provider) == "b"
    probe.cancel()
    await asyncio.wait([probe])
    assert await pool.call("read", provider) == "a"


async def test_a_probe_that_hangs_is_replaced(make: Make, provider: Provider) -> None:
    """After twice the time that a request may take; the next read tries then."""
    pool = make(READ, profile=FAST)
    await broken(pool, "a")
    provider.ticks.advance(seconds=FAST.circuit_timeout_seconds)
    gate = provider.close("a")
    hangs = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    provider.ticks.advance(seconds=2 * FAST.request_timeout_seconds - 1)
    assert await pool.call("read", provider) == "b"
    provider.ticks.advance(seconds=1)
    assert await pool.call("read", provider) == "a"
    gate.set_result(None)
    assert await hangs == "a"


async def test_a_late_answer_does_not_mend_it(make: Make, provider: Provider) -> None:
    """It tells of the time before the endpoint broke."""
    pool = make(READ)
    gate = provider.close("a")
    late = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    await broken(pool, "a")
    before = pool.reputations()
    gate.set_result(None)
    assert await late == "a"
    assert pool.reputations() == before


async def test_a_late_failure_does_not_break_it_again(make: Make, provider: Provider) -> None:
    """Neither while it returns."""
    pool = make(READ)
    gate = provider.close("a")
    late = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    await broken(pool, "a")
    provider.ticks.advance(seconds=RESTS)
    assert await pool.call("read", provider) == "a"
    before = state(pool)
    provider.fails = {"a": Unavailable()}
    gate.set_result(None)
    assert await late == "b"
    assert state(pool) is before is State.RECOVERING


@pytest.mark.parametrize(("tried", "at_once"), [(False, 1), (True, 5)])
async def test_with_no_other_left_a_few_may_call_at_once(
    make: Make, provider: Provider, tried: bool, at_once: int
) -> None:
    """One probe; then more than its share, since nobody else would answer, but not a crowd."""
    pool = make(over(Effect.READ, A))
    await broken(pool, "a")
    provider.ticks.advance(seconds=RESTS)
    if tried:
        assert await pool.call("read", provider) == "a"
    provider.called = []
    gate = asyncio.get_running_loop().create_future()

    async def wait(candidate: Candidate) -> str:
        provider.called.append(candidate.name)
        await gate
        return candidate.name

    calls = [asyncio.create_task(pool.call("read", wait)) for _ in range(20)]
    await asyncio.sleep(0)
    assert len(provider.called) == at_once
    gate.set_result(None)
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert told.count("a") == at_once
    assert await pool.call("read", provider) == "a"  # as many may call again


async def test_what_broke_in_the_meantime_is_not_called(make: Make, provider: Provider) -> None:
    """A read that waited for the first endpoint looks again, and goes on to the third."""
    pool = make(over(Effect.READ, A, B, C))
    gate = provider.close("a")
    waits = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    await broken(pool, "b")
    provider.fails = {"a": Unavailable()}
    gate.set_result(None)
    assert await waits == "c"
    assert provider.called == ["a", "c"]


async def test_who_asked_to_be_left_alone_in_the_meantime_is(
    make: Make, provider: Provider
) -> None:
    """A read that waited for the first endpoint does not go where others were turned away."""
    pool = make(READ)
    gate = provider.close("a")
    waits = asyncio.create_task(pool.call("read", provider))
    await asyncio.sleep(0)
    provider.fails = {"a": Unavailable(), "b": TurnedAway("too many requests", 10.0)}
    assert await failed(pool.call("read", provider)) is provider.fails["b"]
    gate.set_result(None)
    assert await failed(waits) is provider.fails["a"]
    assert provider.called == ["a", "a", "b"]


# What creates or pays


@pytest.mark.parametrize("effect", [Effect.CREATE, Effect.PAY])
async def test_a_broken_endpoint_is_passed_over(
    make: Make, provider: Provider, effect: Effect
) -> None:
    """While it rests the next one is called; rested it is as good as new, and nothing is tried."""
    pool = make(over(effect))
    await broken(pool, "a", operation=effect)
    provider.ticks.advance(seconds=RESTS - 1)
    assert await pool.call(effect, provider) == "b"
    provider.ticks.advance(seconds=1)
    assert await pool.call(effect, provider) == "a"
    assert state(pool, A, effect) is State.CLOSED


@pytest.mark.parametrize("effect", [Effect.CREATE, Effect.PAY])
async def test_an_endpoint_is_used_while_its_read_is_well(
    make: Make, provider: Provider, effect: Effect
) -> None:
    """Neither one whose read is broken, nor one whose read only returns."""
    pool = make(READ, over(effect, A, proven_by="read"))
    await broken(pool, "a")
    assert (await failed(pool.call(effect, provider))).like(NoCandidate(effect.value, 1.0))
    provider.ticks.advance(seconds=RESTS)
    while state(pool) is not State.CLOSED:
        assert (await failed(pool.call(effect, provider))).like(NoCandidate(effect.value, 1.0))
        await pool.call("read", provider)
        provider.ticks.advance(seconds=1)
    assert await pool.call(effect, provider) == "a"


@pytest.mark.parametrize("effect", [Effect.CREATE, Effect.PAY])
async def test_a_read_proves_a_rested_endpoint(
    make: Make, provider: Provider, effect: Effect
) -> None:
    """One read goes there for that, also where it would not have gone; one before is no proof."""
    pool = make(READ, over(effect, B, proven_by="read"))
    assert await pool.call("read", provider) == "a"
    await broken(pool, "b", operation=effect)
    assert await pool.call("read", provider) == "a"
    provider.ticks.advance(seconds=RESTS)
    assert (await failed(pool.call(effect, provider))).like(NoCandidate(effect.value, 1.0))
    provider.called = []
    provider.fails = {"b": Unavailable()}
    assert await pool.call("read", provider) == "a"
    assert provider.called == ["b", "a"]
    provider.fails = {}
    assert (await failed(pool.call(effect, provider))).like(NoCandidate(effect.value, 1.0))
    assert [await pool.call("read", provider) for _ in range(3)] == ["b", "a", "a"]
    assert await pool.call(effect, provider) == "b"


# Who is called first


async def test_a_failing_endpoint_is_called_later(make: Make, provider: Provider) -> None:
    """Long before it is broken; when its failures are forgotten it is preferred again."""
    pool = make(READ)
    provider.fails = {"a": Unavailable()}
    assert [await pool.call("read", provider) for _ in range(4)] == ["b"] * 4
    assert provider.called == ["a", "b", "a", "b", "b", "b"]
    provider.fails = {}
    provider.ticks.advance(seconds=RESTS)
    assert await pool.call("read", provider) == "b"  # better, and still worse than the other
    provider.ticks.advance(seconds=2 * RESTS)
    assert await pool.call("read", provider) == "a"


async def test_a_much_slower_endpoint_is_called_later(make: Make, provider: Provider) -> None:
    """Once a quicker one is known; after a while it is given another chance."""
    pool = make(READ)
    provider.takes = {"a": 0.9, "b": 0.1}
    assert await pool.call("read", provider) == "a"
    assert await pool.call("read", provider) == "a"
    provider.fails = {"a": Unavailable()}
    assert await pool.call("read", provider) == "b"
    provider.fails = {}
    assert [await pool.call("read", provider) for _ in range(3)] == ["b"] * 3
    provider.ticks.advance(seconds=0.6 * RESTS)
    assert await pool.call("read", provider) == "b"
    provider.ticks.advance(seconds=0.6 * RESTS)  # how slow the first one was is forgotten
    assert [await pool.call("read", provider) for _ in range(2)] == ["a", "b"]


async def test_a_little_noise_changes_no_order(make: Make, provider: Provider) -> None:
    """Twice as slow, or a few hundredths of a second, is no reason to go elsewhere."""
    pool = make(READ)
    for slow, quick in ((0.3, 0.15), (0.06, 0.01)):
        provider.takes = {"a": slow, "b": quick}
        provider.fails = {"a": TurnedAway("asleep")}
        assert await pool.call("read", provider) == "b"
        provider.fails = {}
        assert [await pool.call("read", provider) for _ in range(5)] == ["a"] * 5


async def test_a_slow_endpoint_has_to_become_clearly_quicker(
    make: Make, provider: Provider
) -> None:
    """What is no longer slow enough to be passed over is not yet quick enough to be preferred."""
    pool = make(READ)

    async def b_takes(seconds: float) -> None:
        provider.takes = {"b": seconds}
        provider.fails = {"a": TurnedAway("asleep")}
        for _ in range(30):
            await pool.call("read", provider)
        provider.fails = {}

    provider.takes = {"a": 1.0}
    assert await pool.call("read", provider) == "a"
    await b_takes(0.3)
    assert await pool.call("read", provider) == "b"
    await b_takes(0.5)  # would have been near enough before
    assert await pool.call("read", provider) == "b"
    await b_takes(0.9)
    assert await pool.call("read", provider) == "a"


# Being turned away


async def test_who_asks_to_be_left_alone_is_left_alone(make: Make, provider: Provider) -> None:
    """For as long as it says, five minutes at most; it is well, so there is nothing to prove."""
    for asked, left_alone in ((30.0, 30.0), (4000.0, 300.0)):
        pool = make(READ)
        provider.fails, provider.called = {"a": TurnedAway("too many requests", asked)}, []
        assert await pool.call("read", provider) == "b"
        provider.fails = {}
        provider.ticks.advance(seconds=left_alone - 0.001)
        assert await pool.call("read", provider) == "b"
        provider.ticks.advance(seconds=0.001)
        assert await pool.call("read", provider) == "a"
        assert provider.called == ["a", "b", "b", "a"]
        assert [each.success for each in pool.reputations()] == [1.0, 1.0]


async def test_the_longer_of_two_waits_counts(make: Make, provider: Provider) -> None:
    """Whoever hears of a shorter one later does not come too soon; the caller hears of it."""
    pool = make(over(Effect.PAY, A))
    gate = provider.close("a")
    late = asyncio.create_task(pool.call("pay", provider))
    await asyncio.sleep(0)
    provider.fails = {"a": TurnedAway("too many requests", 60.0)}
    await failed(pool.call("pay", provider))
    provider.fails = {"a": TurnedAway("too many requests", 10.0)}
    gate.set_result(None)
    assert (await failed(late)).like(provider.fails["a"])
    assert (await failed(pool.call("pay", provider))).like(NoCandidate("pay", 60.0))


# Declaring


@pytest.mark.parametrize(
    ("declare", "reason"),
    [
        (lambda: Operation("Read", Effect.READ, (A,)), "'Read' is not a name like price_v2"),
        (lambda: over(Effect.READ, Candidate("a b")), "'a b' is not a name like price_v2"),
        (lambda: Operation("read", Effect.READ, ()), "it has no endpoints"),
        (lambda: over(Effect.READ, A, A), "two of its endpoints have the same name"),
        (lambda: over(Effect.READ, proven_by="x"), "a read needs no other read to prove it"),
    ],
)
def test_an_operation_is_declared_sensibly(declare: Callable[[], Operation], reason: str) -> None:
    """Each mistake is named."""
    with pytest.raises(MisdeclaredOperation) as said:
        declare()
    assert said.value.reason == reason


@pytest.mark.parametrize(
    ("operations", "reason"),
    [
        ([READ, READ], "it is declared twice"),
        ([over(Effect.PAY, A, proven_by="read")], "no read called 'read' has an endpoint 'a'"),
        (
            [over(Effect.READ, B), over(Effect.PAY, A, proven_by="read")],
            "no read called 'read' has an endpoint 'a'",
        ),
        (
            [CREATE, over(Effect.PAY, A, proven_by="create")],
            "no read called 'create' has an endpoint 'a'",
        ),
    ],
)
def test_operations_fit_together(make: Make, operations: list[Operation], reason: str) -> None:
    """Names are single, and what proves is a read with the same endpoints."""
    with pytest.raises(MisdeclaredOperation) as said:
        make(*operations)
    assert (said.value.operation, said.value.reason) == (operations[-1].name, reason)


def test_what_proves_may_be_declared_later(make: Make) -> None:
    """The order of operations means nothing; that of endpoints does."""
    pool = make(over(Effect.PAY, B, A, proven_by="read"), READ)
    assert [each.name for each in pool.operations] == ["pay", "read"]


def test_an_address_is_not_shown() -> None:
    """It may hold a key."""
    assert "example" not in repr(A)


# Signals


def share(signals: MemorySignals, candidate: str = "a") -> float:
    labels = {"pool": "shop", "operation": "read", "candidate": candidate}
    return signals.gauges["endpoint_share_ratio", frozenset(labels.items())]


async def test_every_endpoint_has_its_numbers(
    make: Make, provider: Provider, signals: MemorySignals
) -> None:
    """Calls, failures, how long each took, and its share of the traffic."""
    pool = make(READ)
    assert (share(signals, "a"), share(signals, "b")) == (1.0, 1.0)
    provider.takes = {"a": 0.5, "b": 0.25}
    provider.fails = {"a": Unavailable(), "b": Refused()}
    await failed(pool.call("read", provider))
    provider.fails = {"a": TurnedAway("asleep")}
    await pool.call("read", provider)
    for name, calls, failures in (("a", 2, 1), ("b", 2, 0)):
        labels = {"pool": "shop", "operation": "read", "candidate": name}
        assert signals.total("endpoint_calls_total", **labels) == calls
        assert signals.total("endpoint_failures_total", **labels) == failures
        key = "endpoint_call_seconds", frozenset(labels.items())
        assert signals.observed[key] == [provider.takes[name]] * 2
    await broken(pool, "a")
    assert (share(signals, "a"), share(signals, "b")) == (0.0, 1.0)


class TestResting:
    async def test_while_nothing_would_be_called(self, make: Make, provider: Provider) -> None:
        """It is said without calling, and for how long; one that is well is enough."""
        both, alone = make(over(Effect.READ, A, B)), make(over(Effect.READ, A))
        provider.fails["a"] = Unavailable()
        for _ in range(20):
            for each in (both, alone):
                with suppress(Unavailable):
                    await each.call("read", provider)
        called = len(provider.called)
        assert alone.resting("read") == f"rests for {RESTS:.3g} s"
        assert both.resting("read") == ""
        provider.ticks.advance(seconds=RESTS)
        assert alone.resting("read") == ""
        assert len(provider.called) == called

    async def test_of_what_is_not_there(self, make: Make) -> None:
        """An operation that nobody declared."""
        with pytest.raises(UnknownOperation):
            make(over(Effect.READ, A)).resting("other")

"""Any history of calls, played on a guard and on a model that remembers everything."""

import asyncio
from contextlib import AbstractAsyncContextManager

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from altyn.adapters.memory import ManualTicks
from altyn.core.errors import Refused, Unavailable
from altyn.core.resilience import BreakerPolicy, CircuitOpen, Guard, State, Step
from tests.unit.machines import played

SECOND = 1_000_000

policies = st.builds(
    BreakerPolicy,
    window_seconds=st.just(10),
    volume_min=st.integers(1, 5),
    failures_min=st.integers(1, 4),
    failure_rate=st.sampled_from([0.25, 0.5, 1.0]),
    slow_seconds=st.sampled_from([None, 2]),
    slow_rate=st.sampled_from([0.5, 1.0]),
    open_seconds=st.just(5),
    open_seconds_max=st.sampled_from([0, 12]),
    probes=st.integers(1, 3),
    probe_seconds=st.sampled_from([4, 9]),
    steps=st.lists(
        st.builds(
            Step,
            every=st.sampled_from([1, 2, 3, 10]),
            successes=st.integers(1, 2),
            seconds=st.sampled_from([0, 3]),
        ),
        max_size=3,
    ).map(tuple),
)


@define(eq=False)
class Played:
    """A call under way: what the guard gave for it, and what the model knows of it."""

    permit: AbstractAsyncContextManager[None]
    epoch: int
    began: int


@define
class Model:
    """A breaker as one would write it without caring for time and space."""

    policy: BreakerPolicy
    epoch: int = 0
    state: State = State.CLOSED
    trips: int = 0
    until: int = 0
    history: list[tuple[int, str]] = field(factory=list)
    """When each call of this closed time ended, in slices since it began, and how."""
    closed_at: int = 0
    probing: list[Played] = field(factory=list)
    successes: int = 0
    step: int = 0
    step_at: int = 0
    asked: int = 0

    def goes(self, now: int) -> bool:
        """Whether a call may go now; the model moves on with time."""
        if self.state is State.OPEN and now >= self.until:
            self.state, self.probing, self.successes = State.HALF_OPEN, [], 0
        match self.state:
            case State.CLOSED:
                return True
            case State.OPEN:
                return False
            case State.HALF_OPEN:
                self.probing = [
                    each
                    for each in self.probing
                    if now - each.began < self.policy.probe_seconds * SECOND
                ]
                return len(self.probing) < self.policy.probes
            case State.RECOVERING:
                if self._step(now):
                    return True
                self.asked += 1
                return (self.asked - 1) % self.policy.steps[self.step].every == 0

    def ended(self, call: Played, how: str, now: int) -> None:
        """A call that went is over: well, failed, or cancelled."""
        if call.epoch != self.epoch:
            return
        limit = self.policy.slow_seconds
        if how == "well" and limit is not None and now - call.began > limit * SECOND:
            how = "slow"
        match self.state:
            case State.CLOSED:
                self._count(how, now)
            case State.HALF_OPEN if call in self.probing:
                self.probing.remove(call)
                self._judge(how, now)
                if self.state is State.HALF_OPEN and self.successes == self.policy.probes:
                    self._begin_step(0, now)
            case State.RECOVERING:
                self._judge(how, now)
                if self.state is State.RECOVERING and how == "well":
                    self._step(now)

    def _judge(self, how: str, now: int) -> None:
        if how in ("failed", "slow"):
            self.trip(now)
        self.successes += how == "well"

    def _count(self, how: str, now: int) -> None:
        if how == "cancelled":
            return
        present = (now - self.closed_at) // SECOND
        self.history.append((present, how))
        recent = [its for when, its in self.history if when > present - 10]
        if how == "well" or len(recent) < self.policy.volume_min:
            return
        for word, rate in (("failed", self.policy.failure_rate), ("slow", self.policy.slow_rate)):
            bad = recent.count(word)
            if bad >= self.policy.failures_min and bad / len(recent) >= rate:
                self.trip(now)
                return

    def trip(self, now: int) -> None:
        """Open it."""
        self.trips += 1
        self.epoch += 1
        longest = max(self.policy.open_seconds, self.policy.open_seconds_max)
        seconds = min(self.policy.open_seconds * 2 ** (self.trips - 1), longest)
        self.state, self.until = State.OPEN, now + round(seconds * SECOND)

    def _step(self, now: int) -> bool:
        step = self.policy.steps[self.step]
        if self.successes >= step.successes and now - self.step_at >= step.seconds * SECOND:
            self._begin_step(self.step + 1, now)
        return self.state is State.CLOSED

    def _begin_step(self, step: int, now: int) -> None:
        self.step, self.step_at, self.successes, self.asked = step, now, 0, 0
        self.state = State.RECOVERING
        if step == len(self.policy.steps):
            self.close(now)

    def close(self, now: int) -> None:
        """Everything is as in the beginning."""
        self.state, self.trips, self.closed_at, self.history = State.CLOSED, 0, now, []


class BreakerMachine(RuleBasedStateMachine):
    """Whatever happens, the guard lets through and refuses exactly what the model does."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.ticks = ManualTicks()
        self.playing: list[Played] = []

    @initialize(policy=policies)
    def begin(self, policy: BreakerPolicy) -> None:
        """A fresh guard with any policy."""
        self.guard = Guard("shop", policy, ticks=self.ticks)
        self.model = Model(policy, closed_at=self.ticks())

    @rule(seconds=st.sampled_from([0, 0.3, 1, 2, 2.5, 3, 5, 12]), more=st.integers(0, 1))
    def time_passes(self, seconds: float, more: int) -> None:
        """Some seconds, and perhaps a microsecond."""
        self.ticks.advance(seconds=seconds, microseconds=more)

    @rule(callers=st.integers(1, 12))
    def callers_come(self, callers: int) -> None:
        """All at once; those who go stay inside."""
        for _ in range(callers):
            goes = self.model.goes(self.ticks())
            permit = self.guard.permit()
            refusal = self.runner.run(_enter(permit))
            assert goes == (refusal is None)
            if refusal is not None:
                if self.model.state is State.OPEN:
                    left = self.model.until - self.ticks()
                    assert refusal.retry_after_seconds == left / SECOND > 0
                continue
            call = Played(permit, self.model.epoch, self.ticks())
            self.playing.append(call)
            if self.model.state is State.HALF_OPEN:
                self.model.probing.append(call)

    @precondition(lambda self: self.playing)
    @rule(
        which=st.integers(0, 1000),
        how=st.sampled_from(["well", "refused", "failed", "failed", "cancelled"]),
    )
    def one_ends(self, which: int, how: str) -> None:
        """Any of those inside, old or new."""
        call = self.playing.pop(which % len(self.playing))
        self.runner.run(_leave(call.permit, how))
        self.model.ended(call, "well" if how == "refused" else how, self.ticks())

    @rule(story=st.lists(st.booleans(), min_size=1, max_size=8))
    def quick_calls(self, story: list[bool]) -> None:
        """By the short way, one after the other."""
        for fails in story:
            goes = self.model.goes(self.ticks())
            call = Played(self.guard.permit(), self.model.epoch, self.ticks())
            if goes and self.model.state is State.HALF_OPEN:
                self.model.probing.append(call)
            assert self.runner.run(_call(self.guard, fails)) == goes
            if goes:
                self.model.ended(call, "failed" if fails else "well", self.ticks())

    @rule(dice=st.integers(0, 9))
    def the_operator_turns_it(self, dice: int) -> None:
        """By hand, now and then."""
        if dice == 8:
            self.guard.trip()
            self.model.trip(self.ticks())
        elif dice == 9:
            self.guard.reset()
            self.model.epoch += 1
            self.model.close(self.ticks())

    @invariant()
    def the_states_agree(self) -> None:
        """At every moment."""
        if hasattr(self, "guard"):
            assert self.guard.state is self.model.state
            probing = len(self.model.probing) if self.model.state is State.HALF_OPEN else 0
            assert probing <= self.guard.policy.probes

    def teardown(self) -> None:
        """Nobody stays inside."""
        for call in self.playing:
            self.runner.run(_leave(call.permit, "cancelled"))
        self.runner.close()


async def _enter(permit: AbstractAsyncContextManager[None]) -> CircuitOpen | None:
    try:
        await permit.__aenter__()
    except CircuitOpen as refusal:
        return refusal
    return None


async def _leave(permit: AbstractAsyncContextManager[None], how: str) -> None:
    errors: dict[str, BaseException] = {
        "failed": Unavailable(),
        "refused": Refused(),
        "cancelled": asyncio.CancelledError(),
    }
    error = errors.get(how)
    if error is None:
        await permit.__aexit__(None, None, None)
    else:
        assert not await permit.__aexit__(type(error), error, None)


async def _call(guard: Guard, fails: bool) -> bool:
    async def call() -> None:
        if fails:
            raise TimeoutError

    try:
        await guard(call)
    except CircuitOpen:
        return False
    except TimeoutError:
        pass
    return True


BreakerMachine.TestCase.settings = played(examples=200, steps=40)
TestBreakerMachine = BreakerMachine.TestCase

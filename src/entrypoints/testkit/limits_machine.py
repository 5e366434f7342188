"""Any history, played on a meter and on a model of one: every answer is what the model says."""

import asyncio
from collections.abc import Coroutine, Sequence
from fractions import Fraction
from itertools import accumulate, count
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ...core.limits import (
    Admission,
    Concurrency,
    Demand,
    FixedWindow,
    Meter,
    Policy,
    Rate,
    StrictWindow,
)
from .limits.ground import HandTicks
from .limits_model import LimitsModel, Place, interval

Told = TypeVar("Told")

KEYS = ("user:1", "user:2", "")
FEW: tuple[Policy, ...] = (
    Rate(name="rate", count=7, seconds=Fraction(1, 100), burst=4),
    Rate(name="slow", count=1, seconds=Fraction(1, 100), burst=2),
    FixedWindow(name="fixed", limit=3, seconds=Fraction(1, 100)),
    StrictWindow(name="strict", limit=4, seconds=Fraction(1, 100)),
    Concurrency(name="lease", limit=3, seconds=Fraction(1, 100)),
)
ROLES = (Fraction(1), Fraction(2), Fraction(1, 2))

ANY = st.integers(0, 2**16)
ONE = st.tuples(ANY, st.integers(0, 7))
"""A demand; what the numbers mean depends on which policies a history is about."""


class LimitsMachine(RuleBasedStateMachine):
    """
    Plays histories on a meter of your own: override `opened`, and `closed` to tidy up.

    Every answer must be what the model says. Besides, no strict window ever holds more than its
    limit, and no stretch sees more of a rate than the burst and the rate's share of its time.

    A meter that answers refusals from memory says so with `remembers`: then only who is admitted
    has to agree, and what a refusal tells of the wait may be too short, never too long.
    """

    meter: Meter
    clock: HandTicks
    remembers = False

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.model = LimitsModel()
        self.now = 0
        self.numbers = count()
        # What may be given back; of refusals and looks nothing comes back.
        self.answered: list[tuple[int | None, Admission]] = []
        # When something was said to become possible.
        self.moments = [0]
        self.opens = False
        # What this history is about.
        self.places: list[tuple[str, Policy]] = []

    async def opened(self) -> tuple[Meter, HandTicks]:
        """A meter that has counted nothing, and the clock it looks at."""
        raise NotImplementedError("override `opened`")

    async def closed(self) -> None:
        """Give back what `opened` took; called on the same event loop."""

    def run(self, asked: Coroutine[Any, Any, Told]) -> Told:
        """Wait for it on the machine's own event loop."""
        return self.runner.run(asked)

    @initialize(
        keys=st.integers(1, len(KEYS)),
        few=st.lists(st.sampled_from(FEW), min_size=1, max_size=3, unique=True),
        roles=st.integers(1, len(ROLES)),
    )
    def begin(self, keys: int, few: Sequence[Policy], roles: int) -> None:
        """Nothing is counted yet. Most histories are about little, so that debts meet."""
        self.places = [
            (key, policy.times(role))
            for key in KEYS[:keys]
            for policy in few
            for role in ROLES[:roles]
        ]
        self.meter, self.clock = self.run(self.opened())
        self.opens = True

    def teardown(self) -> None:
        """Tidy up."""
        try:
            if self.opens:
                self.run(self.closed())
        finally:
            self.runner.close()

    def demand(self, which: int, cost: int) -> Demand:
        """What the numbers mean here: a cost that could be admitted, of some place."""
        key, policy = self.places[which % len(self.places)]
        return key, policy, cost % policy.most + 1

    def ask(self, demands: Sequence[Demand], *, counted: bool) -> None:
        """Ask both, and compare answer by answer."""
        expected = self.model.answers(demands, self.now)
        said = self.run((self.meter.admit if counted else self.meter.peek)(*demands))
        wait = max(wait for wait, _, _ in expected)
        told = f"{demands}\n  said {said.answers}\n  expected {expected}"
        assert said.admitted == (wait == 0), told
        if counted and wait and self.remembers:
            assert 0 < said.wait <= wait, told
        else:
            assert list(said.answers) == expected, told
        number = next(self.numbers) if counted and not wait else None
        if number is not None:
            self.model.spend(number, demands, self.now)
            for key, policy, _ in demands:
                self.no_stretch_sees_too_much((key, policy.table))
        self.answered.append((number, said))
        self.moments += (self.now + time for wait, _, full in expected for time in (wait, full))

    # What may happen

    @rule(one=ONE)
    def admit(self, one: tuple[int, int]) -> None:
        """Something is asked, and counted when it is admitted."""
        self.ask([self.demand(*one)], counted=True)

    @rule(some=st.lists(ONE, min_size=2, max_size=3), counted=st.booleans())
    def admit_together(self, some: Sequence[tuple[int, int]], *, counted: bool) -> None:
        """Several things in one step, or a look at them."""
        demands = {
            (key, policy.table): (key, policy, cost)
            for key, policy, cost in (self.demand(*one) for one in some)
        }
        self.ask(list(demands.values()), counted=counted)

    @rule(which=ANY, steps=st.lists(st.integers(1, 4000), min_size=2, max_size=5))
    def admit_often(self, which: int, steps: Sequence[int]) -> None:
        """The same several times, with a little time between."""
        for microseconds in steps:
            self.ask([self.demand(which, 0)], counted=True)
            self.time_passes(microseconds)

    @rule(one=ONE)
    def peek(self, one: tuple[int, int]) -> None:
        """Something is only looked at."""
        self.ask([self.demand(*one)], counted=False)

    @rule(microseconds=st.integers(1, 3000))
    def time_passes(self, microseconds: int) -> None:
        """A little of it."""
        self.run(self.clock.advance(microseconds))
        self.now += microseconds

    @rule(which=ANY, aside=st.sampled_from([-1, 0, 1]))
    def wait(self, which: int, aside: int) -> None:
        """Until right at, before or after a moment at which something becomes possible."""
        at = self.moments[which % len(self.moments)] + aside
        if at > self.now:
            self.time_passes(at - self.now)

    @rule(which=ANY)
    def reset(self, which: int) -> None:
        """A key is forgotten. Windows that begin in one microsecond cannot be told apart."""
        key, policy, _ = self.demand(which, 0)
        self.run(self.meter.reset(key, policy))
        self.model.reset(key, policy)
        self.time_passes(1)

    @precondition(lambda self: self.answered)
    @rule(which=ANY)
    def release(self, which: int) -> None:
        """Any admission, the same again perhaps, or what was none."""
        number, admission = self.answered[which % len(self.answered)]
        self.run(self.meter.release(admission))
        if number is not None:
            self.model.give_back(number, admission.demands, forgiven=False)

    @precondition(lambda self: self.answered)
    @rule(which=ANY)
    def forgive(self, which: int) -> None:
        """Any admission, once."""
        number, admission = self.answered.pop(which % len(self.answered))
        self.run(self.meter.forgive(admission))
        if number is not None:
            self.model.give_back(number, admission.demands, forgiven=True)

    # What must hold

    def no_stretch_sees_too_much(self, place: Place) -> None:
        """Of all stretches that end with the last admission, the shortest first."""
        last, *_ = stretches = self.model.spendings(place)[::-1]
        policy = last.policy
        if isinstance(policy, StrictWindow):
            within = [each.cost for each in stretches if last.at - each.at < policy.length]
            assert sum(within) <= policy.limit
        if isinstance(policy, Rate):
            costs = accumulate(each.cost * interval(each.policy) for each in stretches)
            for cost, first in zip(costs, stretches, strict=True):
                assert cost <= policy.tolerance + last.at - first.at

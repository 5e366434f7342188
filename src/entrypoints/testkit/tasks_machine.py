"""Any history, played on a place for tasks and on a model of one: every answer is the model's."""

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any, Final, TypeVar
from uuid import UUID

from attrs import define, evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ...core.tasks import (
    Claimed,
    ClaimId,
    Ending,
    Task,
    TaskId,
    TaskNotDead,
    TaskReused,
    Tasks,
    TaskState,
)
from .cache import Passing

Told = TypeVar("Told")

KINDS: Final = ("tell", "ask")
STEP_SECONDS: Final = 1000
"""Time passes in steps that are long beside what a history takes on a slow machine."""
LEASES: Final = (1, 3)
"""For how many steps and a half."""


@define
class _Model:
    """What is known of a task."""

    kind: str
    fact: int
    state: TaskState
    step: float
    """When it is due, or its lease ends, in steps."""
    attempts: int = 0
    claim: ClaimId | None = None


class TasksMachine(RuleBasedStateMachine):
    """
    Plays histories on tasks of your own: override `opened`, and `closed` to tidy up.

    No task is ever in two hands, none is lost, and nothing is kept that was said by somebody who
    had lost his.
    """

    tasks: Tasks
    passing: Passing

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.known: dict[TaskId, _Model] = {}
        self.claims: list[Claimed] = []
        """All there ever were, lost and ended ones too."""
        self.now = 0.0
        self.numbers = count(1)
        self.opens = False

    async def opened(self) -> tuple[Tasks, Passing]:
        """An empty place for tasks, and what lets time pass there."""
        raise NotImplementedError("override `opened`")

    async def closed(self) -> None:
        """Give back what `opened` took; called on the same event loop."""

    def run(self, asked: Coroutine[Any, Any, Told]) -> Told:
        """Wait for it on the machine's own event loop."""
        return self.runner.run(asked)

    @initialize()
    def begin(self) -> None:
        """Nothing is to be done yet."""
        self.tasks, self.passing = self.run(self.opened())
        self.opens = True

    def teardown(self) -> None:
        """Tidy up."""
        try:
            if self.opens:
                self.run(self.closed())
        finally:
            self.runner.close()

    @rule(which=st.integers(0, 7), kind=st.sampled_from(KINDS), fact=st.integers(0, 1))
    def enqueue(self, which: int, kind: str, fact: int) -> None:
        """A new task, or one whose id is known: then nothing changes, or it is refused."""
        task = Task(id=TaskId(UUID(int=which)), kind=kind, facts={"fact": fact})
        known = self.known.get(task.id)
        try:
            self.run(self.tasks.enqueue([task]))
        except TaskReused:
            assert known is not None
            assert (known.kind, known.fact) != (kind, fact)
            return
        assert known is None or (known.kind, known.fact) == (kind, fact)
        if known is None:
            self.known[task.id] = _Model(kind, fact, TaskState.WAITING, self.now)

    @rule(
        tell=st.integers(0, 3),
        ask=st.integers(0, 3),
        lease=st.sampled_from(LEASES),
    )
    def claim(self, tell: int, ask: int, lease: int) -> None:
        """As many as there are due and wanted, those that were due before all others first."""
        wanted = dict(zip(KINDS, (tell, ask), strict=True))
        claim = ClaimId(UUID(int=next(self.numbers)))
        asked = self.tasks.claim(claim, wanted, (lease + 0.5) * STEP_SECONDS)
        claimed = list(self.run(asked))
        for kind, most in wanted.items():
            got = {each.task.id for each in claimed if each.task.kind == kind}
            due = {id: self.known[id].step for id in self.known if self._due(id, kind)}
            assert got <= set(due)
            assert len(got) == min(most, len(due))
            left = [due[id] for id in due.keys() - got]
            assert max((due[id] for id in got), default=0) <= min(left, default=self.now)
        assert len({each.task.id for each in claimed}) == len(claimed)
        for each in claimed:
            model = self.known[each.task.id]
            model.state, model.claim, model.step = TaskState.CLAIMED, claim, self.now + lease + 0.5
            model.attempts += 1
            assert (each.claim, each.attempt) == (claim, model.attempts)
            assert each.task.facts == {"fact": model.fact}
        self.claims += claimed

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), lease=st.sampled_from(LEASES))
    def extend(self, data: st.DataObject, lease: int) -> None:
        """Those that are still held last longer; the others are as lost as they were."""
        held = data.draw(st.lists(st.sampled_from(self.claims), max_size=4))
        kept = self.run(self.tasks.extend(held, (lease + 0.5) * STEP_SECONDS))
        assert list(kept) == [self._holds(each) for each in held]
        for each, still in zip(held, kept, strict=True):
            if still:
                self.known[each.task.id].step = self.now + lease + 0.5

    @precondition(lambda self: self.claims)
    @rule(
        data=st.data(),
        state=st.sampled_from([TaskState.DONE, TaskState.WAITING, TaskState.DEAD]),
        steps=st.integers(0, 2),
    )
    def end(self, data: st.DataObject, state: TaskState, steps: int) -> None:
        """Whoever still holds a task says what becomes of it; nobody else does."""
        claimed = data.draw(st.sampled_from(self.claims))
        ending: Ending = evolve(
            claimed.done(), state=state, seconds=float(steps * STEP_SECONDS), told="why"
        )
        held, model = self._holds(claimed), self.known[claimed.task.id]
        said = model.claim == claimed.claim and model.state is state
        assert list(self.run(self.tasks.end([ending]))) == [held or said]
        if held:
            model.state, model.step = state, self.now + steps

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """A dead task waits again as if it were new; any other is left alone."""
        id = data.draw(st.sampled_from(sorted(self.known)))
        model = self.known[id]
        try:
            self.run(self.tasks.replay(id))
        except TaskNotDead:
            assert model.state is not TaskState.DEAD
            return
        assert model.state is TaskState.DEAD
        model.state, model.step, model.attempts = TaskState.WAITING, self.now, 0
        model.claim = None

    @rule(steps=st.integers(1, 4))
    def wait(self, steps: int) -> None:
        """Time passes."""

        async def pass_by() -> None:
            await self.passing(steps * STEP_SECONDS)

        self.run(pass_by())
        self.now += steps

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every task is in the state, and counts the attempts, that the model says."""
        if not self.opens:
            return
        for state in TaskState:
            kept = self.run(self.tasks.look(state, None, 100))
            told = {each.task.id: each.attempts for each in kept}
            assert told == {
                id: model.attempts for id, model in self.known.items() if model.state is state
            }

    def _due(self, id: TaskId, kind: str) -> bool:
        model = self.known[id]
        open_states = TaskState.WAITING, TaskState.CLAIMED
        return model.kind == kind and model.state in open_states and model.step <= self.now

    def _holds(self, claimed: Claimed) -> bool:
        model = self.known[claimed.task.id]
        return model.claim == claimed.claim and model.state is TaskState.CLAIMED

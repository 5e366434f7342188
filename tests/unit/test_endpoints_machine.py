"""Whatever endpoints do, and whoever waits: nobody is called who must not be."""

import asyncio
from collections.abc import Awaitable
from typing import Final

from attrs import define, field
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from altyn.adapters.memory import ManualClock, ManualTicks
from altyn.core.errors import AltynError, Conflict, Missing, Refused, Unavailable
from altyn.core.resilience import (
    FAST,
    Candidate,
    Effect,
    EndpointPool,
    NoCandidate,
    NotExecuted,
    Operation,
    State,
    TurnedAway,
)
from tests.unit.machines import played

CANDIDATES: Final = (Candidate("a"), Candidate("b"), Candidate("c"))
OPERATIONS: Final = [
    Operation("read", Effect.READ, CANDIDATES),
    Operation("create", Effect.CREATE, CANDIDATES, proven_by="read"),
    Operation("pay", Effect.PAY, CANDIDATES, proven_by="read"),
    Operation("tip", Effect.PAY, CANDIDATES),
]
ANSWERS: Final = (Refused, Missing, Conflict)

OUTCOMES: Final = st.sampled_from(
    [
        None,
        Refused(),
        Missing(),
        Conflict(),
        Unavailable(),
        NotExecuted("no connection"),
        TurnedAway("not known"),
        TurnedAway("too many requests", 20.0),
    ]
)
NAMES: Final = st.sampled_from("abc")
CALLED: Final = st.sampled_from([each.name for each in OPERATIONS])


@define(eq=False)
class Caller:
    """One call, the endpoints it came to, and how each of them ended."""

    machine: "EndpointsMachine"
    operation: str
    waits: bool
    """Whether it stays at the first endpoint until it is told how that ends."""
    came_to: list[str] = field(factory=list)
    ends: list[AltynError | None] = field(factory=list)
    gate: "asyncio.Future[AltynError | None] | None" = None

    async def __call__(self, candidate: Candidate) -> str:
        name, machine = candidate.name, self.machine
        assert machine.state("read" if self.is_write else self.operation, name) in self.allowed
        assert machine.state(self.operation, name) in self.allowed
        assert machine.ticks() >= machine.alone_until.get((self.operation, name), 0)
        self.came_to.append(name)
        if self.waits and len(self.came_to) == 1:
            self.gate = asyncio.get_running_loop().create_future()
            end = await self.gate
        else:
            end = machine.ends[name]
        self.ends.append(end)
        if isinstance(end, TurnedAway) and end.wait_seconds:
            until = machine.ticks() + round(end.wait_seconds * 1_000_000)
            machine.alone_until[self.operation, name] = until
        if end is not None:
            raise end
        return name

    @property
    def is_write(self) -> bool:
        """Whether a read proves its endpoints."""
        return self.operation in ("create", "pay")

    @property
    def allowed(self) -> set[State]:
        """Only reads find out; nobody goes where an endpoint rests."""
        reads = self.operation == "read"
        return {State.CLOSED, State.HALF_OPEN, State.RECOVERING} if reads else {State.CLOSED}

    def check(self) -> None:
        """What holds for every call, at every moment of it."""
        assert len(set(self.came_to)) == len(self.came_to)
        earlier = self.ends[: len(self.came_to) - 1]
        match self.operation:
            case "pay" | "tip":
                assert earlier == []
            case "create":
                assert all(isinstance(end, NotExecuted | TurnedAway) for end in earlier)
            case _:
                assert all(isinstance(end, Unavailable) for end in earlier)


class EndpointsMachine(RuleBasedStateMachine):
    """Calls, some of which wait while others go on, over endpoints that change their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock, self.ticks = ManualClock(), ManualTicks()
        self.pool = self.started()
        self.ends: dict[str, AltynError | None] = dict.fromkeys("abc")
        self.alone_until: dict[tuple[str, str], int] = {}
        self.waiting: list[tuple[Caller, asyncio.Task[str]]] = []

    def started(self) -> EndpointPool:
        """The pool of a new process."""
        return EndpointPool("shop", OPERATIONS, self.clock, profile=FAST, ticks=self.ticks)

    def state(self, operation: str, candidate: str) -> State:
        """What the pool thinks of it."""
        for each in self.pool.reputations():
            if (each.operation, each.candidate) == (operation, candidate):
                return each.state
        return State.CLOSED

    def health(self) -> dict[tuple[str, str], float]:
        """How well each fared."""
        return {(each.operation, each.candidate): each.success for each in self.pool.reputations()}

    @rule(name=NAMES, end=OUTCOMES)
    def endpoint_changes(self, name: str, end: AltynError | None) -> None:
        """From now on it ends calls like this."""
        self.ends[name] = end

    @rule(end=OUTCOMES)
    def all_endpoints_change(self, end: AltynError | None) -> None:
        """As when the network is down."""
        self.ends = dict.fromkeys("abc", end)

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 60.0, FAST.circuit_timeout_seconds, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        """For everybody."""
        self.ticks.advance(seconds=seconds)
        self.clock.advance(seconds=seconds)

    @rule(operation=CALLED, times=st.integers(1, 12))
    def calls(self, operation: str, times: int) -> None:
        """One after the other."""
        for _ in range(times):
            self.one_call(operation)

    def one_call(self, operation: str) -> None:
        """It answers when anybody well would, and says what the last endpoint said when not."""
        well = [
            name
            for name in "abc"
            if self.state(operation, name) is State.CLOSED
            and self.ticks() >= self.alone_until.get((operation, name), 0)
            and isinstance(self.ends[name], (*ANSWERS, type(None)))
        ]
        before = self.health()
        caller = Caller(self, operation, waits=False)
        told = self.runner.run(_told(self.pool.call(operation, caller)))
        if isinstance(told, NoCandidate):
            assert caller.came_to == []
            assert told.wait_seconds >= 1
            assert not (well and operation in ("read", "tip"))
        elif isinstance(told, AltynError):
            assert told is caller.ends[-1]
            assert not (well and operation == "read" and isinstance(told, Unavailable))
        else:
            assert told == caller.came_to[-1]
        caller.check()
        if all(isinstance(end, (*ANSWERS, TurnedAway, type(None))) for end in caller.ends):
            after = self.health()
            assert all(after[each] >= before[each] for each in before)

    @rule(operation=CALLED)
    def somebody_waits(self, operation: str) -> None:
        """A call that stays at its first endpoint for now."""
        caller = Caller(self, operation, waits=True)

        async def begin() -> "asyncio.Task[str]":
            task = asyncio.create_task(self.pool.call(operation, caller))
            await asyncio.sleep(0)
            return task

        task = self.runner.run(begin())
        if task.done():
            assert isinstance(task.exception(), NoCandidate)
        else:
            self.waiting.append((caller, task))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data(), end=OUTCOMES)
    def who_waited_goes_on(self, data: st.DataObject, end: AltynError | None) -> None:
        """Its endpoint ended like this, and whatever follows."""
        caller, task = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        assert caller.gate is not None
        caller.gate.set_result(end)
        self.runner.run(_over(task))
        failure = task.exception()
        assert failure is caller.ends[-1]
        caller.check()

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def who_waited_gives_up(self, data: st.DataObject) -> None:
        """That says nothing about anybody."""
        caller, task = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        before = self.health()
        task.cancel()
        self.runner.run(_over(task))
        assert task.cancelled()
        assert self.health() == before
        caller.check()

    @precondition(lambda self: not self.waiting)
    @rule()
    def process_restarts(self) -> None:
        """What was known is known again."""
        known = self.pool.reputations()
        self.pool = self.started()
        self.pool.recall(known)
        self.alone_until.clear()
        for each in known:
            age = self.clock.now() - each.at
            assert (
                (each in self.pool.reputations())
                or age.total_seconds() > 6 * 3600
                or (each.state in (State.HALF_OPEN, State.RECOVERING))
            )

    @invariant()
    def health_is_a_share(self) -> None:
        """From 0 to 1."""
        assert all(0 <= success <= 1 for success in self.health().values())

    def teardown(self) -> None:
        for _, task in self.waiting:
            task.cancel()
            self.runner.run(_over(task))
        self.runner.close()


async def _told(call: Awaitable[str]) -> str | AltynError:
    try:
        return await call
    except AltynError as error:
        return error


async def _over(task: "asyncio.Task[str]") -> None:
    await asyncio.wait([task])


TestEndpointsMachine = EndpointsMachine.TestCase
TestEndpointsMachine.settings = played(examples=60, steps=40)

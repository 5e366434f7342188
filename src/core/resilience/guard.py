"""The thin thing around calls: it asks the rules, remembers the stage, and tells of changes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeVar

from attrs import define, evolve, field, frozen

from ..clock import Ticks, ticks
from ..health import Condition
from ..signals import Signals, Unheard
from .breaker import (
    Closed,
    HalfOpen,
    Open,
    Recovering,
    Stage,
    State,
    admit,
    ended,
    share_of,
    tripped,
    undecided,
)
from .breaker_policy import BreakerPolicy, microseconds
from .errors import CircuitOpen
from .outcome import Outcome, outcome_of
from .sharing import Place, SharedTrips, Sharing
from .window import Counts, Window

Told = TypeVar("Told")

SOON_SECONDS: Final = 1.0
"""When to ask again while the few places of those who try are taken."""

SEVERITY: Final = {State.CLOSED: 0, State.RECOVERING: 1, State.HALF_OPEN: 2, State.OPEN: 3}
"""How the gauge `breaker_state` shows where the last call left it: the higher, the worse."""


@frozen
class Changed:
    """A breaker lets another share of the calls through than before."""

    name: str
    before: State
    after: State
    share: float
    """Of the calls that go from now on: 1 when closed, 0 but for the probes when not."""


def unheard(_: Changed) -> None:
    """Nobody listens."""


@define(eq=False)
class Guard:
    """
    Lets calls to one dependency through while it works; for one event loop.

    A deadline belongs inside the call: one around the guard cancels it, which counts as nothing.
    The listener hears of every change after it happened; it must neither wait nor raise.
    """

    name: str
    policy: BreakerPolicy = field(factory=BreakerPolicy)
    classify: Callable[[BaseException], Outcome] = field(default=outcome_of, kw_only=True)
    ticks: Ticks = field(default=ticks, kw_only=True)
    signals: Signals = field(factory=Unheard, kw_only=True)
    listener: Callable[[Changed], None] = field(default=unheard, kw_only=True)
    shared: SharedTrips | None = field(default=None, kw_only=True)
    _stage: Stage = field(init=False)
    _window: Window | None = field(default=None, init=False)  # while it is closed
    _slow_ticks: int = field(init=False)
    _times_calls: bool = field(init=False)
    _sharing: Sharing | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._slow_ticks = self.policy.slow_ticks
        self._times_calls = self.policy.slow_seconds is not None
        if self.shared is not None:
            self._sharing = Sharing(self.name, self.policy, self.shared, self.ticks, self._opened)
        self._stage = Closed()
        self.reset()
        self.signals.gauge("breaker_state", SEVERITY[State.CLOSED], name=self.name)

    @property
    def state(self) -> State:
        """Where the last call left it: an open one stays so until somebody calls after its time."""
        return self._stage.state

    @property
    def condition(self) -> Condition:
        """
        How the dependency seems to be now, without asking it.

        Once its rest is over nobody knows, and it is not held against it that nobody called since.
        """
        stage = self._stage
        match stage:
            case Closed():
                return Condition(True)
            case Recovering(step=step):
                every = self.policy.steps[step].every
                return Condition(True, f"recovers: one call in {every} goes")
        if not undecided(stage, self.policy, self.ticks()):
            return Condition(True, "rested: the next call tries it")
        if isinstance(stage, HalfOpen):
            return Condition(False, "is being tried")
        return Condition(False, f"rests for {self._rest_seconds(stage):.3g} s")

    @property
    def resting(self) -> str:
        """Why a call made now would not go; empty when it would, or while some of them do."""
        if isinstance(self._stage, Closed | Recovering):
            return ""
        _, goes = admit(self._stage, self.policy, self.ticks())
        return "" if goes else self.condition.words

    async def __call__(self, call: Callable[[], Awaitable[Told]]) -> Told:
        """
        What the call answers.

        Raises:
            CircuitOpen: it was not called.
        """
        window = self._window
        if window is None:
            # What nearly every call meets while it is open: a block around it costs thrice.
            stage = self._stage
            if self._sharing is None and isinstance(stage, Open) and self.ticks() < stage.until:
                raise self._refusal()
            async with self.permit():
                return await call()
        if self._sharing is not None:
            self._sharing.look()
        began = self.ticks() if self._times_calls else 0
        try:
            told = await call()
        except BaseException as error:
            if self._window is window:  # otherwise it tripped since
                self._ended(self._stage.generation, began, self.classify(error))
            raise
        if self._window is window:
            now = self.ticks()
            # What `_ended` does with nearly every call, in a tenth of the time.
            if now < window.turns_at and now - began <= self._slow_ticks:
                window.calls += 1
            else:
                self._ended(self._stage.generation, began, Outcome.WELL)
        return told

    def check(self) -> None:
        """
        For those who share calls: whether to wait for the next one, around which the guard is.

        Raises:
            CircuitOpen: there is none for now, or one is under way that finds out.
        """
        if self._window is None and undecided(self._stage, self.policy, self.ticks()):
            raise self._refusal()

    @asynccontextmanager
    async def permit(self) -> AsyncIterator[None]:
        """
        Leave to call, for as long as the block lasts; how it ends is how the call went.

        Raises:
            CircuitOpen: the block was not entered.
        """
        generation, began = self._admit()
        place = await self._place(generation, began)
        outcome = Outcome.UNKNOWN
        try:
            yield
            outcome = Outcome.WELL
        except BaseException as error:
            outcome = self.classify(error)
            raise
        finally:
            self._ended(generation, began, outcome)
            if self._sharing is not None and place is not None:
                self._sharing.give_back(place)

    def trip(self) -> None:
        """Open it by hand, for as long as if it had been found broken."""
        self._trip(tripped(self._stage, self.policy, self.ticks()))

    def reset(self) -> None:
        """Close it by hand; calls that began before say nothing any more."""
        self._enter(Closed(self._stage.generation + 1))

    def _admit(self) -> tuple[int, int]:
        if self._sharing is not None:
            self._sharing.look()
        now = self.ticks()
        stage, goes = admit(self._stage, self.policy, now)
        self._enter(stage)
        if not goes:
            raise self._refusal()
        return stage.generation, now

    async def _place(self, generation: int, began: int) -> Place | None:
        """Among the probes of all processes, where there are others."""
        if self._sharing is None or not isinstance(self._stage, HalfOpen):
            return None
        place = None
        try:
            place = await self._sharing.place()
        finally:
            if place is None:
                self._ended(generation, began, Outcome.UNKNOWN)
        if place is None:
            raise self._refusal()
        if generation != self._stage.generation:  # it tripped while we asked
            self._sharing.give_back(place)
            raise self._refusal()
        return place

    def _refusal(self) -> CircuitOpen:
        stage = self._stage
        wait_seconds = self._rest_seconds(stage) if isinstance(stage, Open) else SOON_SECONDS
        return CircuitOpen(self.name, wait_seconds)

    def _rest_seconds(self, stage: Open) -> float:
        return max(stage.until - self.ticks(), 0) / 1_000_000

    def _ended(self, generation: int, began: int, outcome: Outcome) -> None:
        stage, now = self._stage, self.ticks()
        if generation != stage.generation:
            return  # it tripped since
        if outcome is Outcome.WELL and now - began > self._slow_ticks:
            outcome = Outcome.SLOW
        counts = Counts()
        if self._window is not None:
            self._window.count(outcome, now)
            counts = self._window.counts
        after = ended(stage, self.policy, outcome, began, now, counts)
        if isinstance(after, Open):
            self._trip(after)
        else:
            self._enter(after)

    def _trip(self, after: Open) -> None:
        self._enter(after)
        if self._sharing is not None:
            self._sharing.tell(after.until - self.ticks())

    def _opened(self, until: int) -> None:
        """Somebody else found it broken."""
        stage = self._stage
        if isinstance(stage, Open):
            self._stage = evolve(stage, until=max(until, stage.until))
        else:
            self._enter(Open(stage.generation + 1, stage.trips + 1, until))

    def _enter(self, stage: Stage) -> None:
        before, self._stage = self._stage, stage
        if before is stage:
            return
        self._window = self._empty_window() if isinstance(stage, Closed) else None
        share = share_of(stage, self.policy)
        if (before.state, share_of(before, self.policy)) != (stage.state, share):
            self._tell(Changed(self.name, before.state, stage.state, share))

    def _empty_window(self) -> Window:
        return Window.opened(self.ticks(), microseconds(self.policy.window_seconds))

    def _tell(self, changed: Changed) -> None:
        self.signals.count("breaker_changes_total", name=self.name, to=changed.after)
        self.signals.gauge("breaker_state", SEVERITY[changed.after], name=self.name)
        self.listener(changed)

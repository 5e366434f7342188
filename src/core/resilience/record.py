"""What became of one endpoint at one operation, and what it may be called for."""

from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from attrs import define, evolve, field, frozen

from .breaker import Closed, Open, Recovering, Stage, State, admit, ended, share_of, tripped
from .breaker_policy import BreakerPolicy, Step, microseconds
from .candidates import Candidate, Effect
from .outcome import Outcome
from .profiles import Profile
from .reputation import Reputation
from .tally import Tally
from .window import Counts

STEPS: Final = (Step(every=10, successes=3), Step(every=2, successes=3))
AT_ONCE: Final = 5
"""So many calls may be under way at a recovering endpoint, its share or not."""
PAUSE_MAX_SECONDS: Final = 300.0
"""Whoever asks to be left alone for longer is asked again after this."""


class Rank(IntEnum):
    """Who is called first; the smaller the earlier."""

    PROBE = 0
    """This call is to show how it is."""
    WELL = 1
    LAST = 2
    """It recovers, and has had its share."""


@frozen
class Begun:
    """A call under way: when it began, and in which generation of the endpoint's stage."""

    at: int
    generation: int


@define(eq=False)
class Record:
    """
    An endpoint's outcomes and the stage that follows from them.

    An outcome counts only for the generation in which its call began: whoever is late tells
    nothing about what became of the endpoint since.
    """

    candidate: Candidate
    effect: Effect
    policy: BreakerPolicy
    tally: Tally
    proof: "Record | None" = None
    """The same endpoint at the read that proves it."""
    stage: Stage = field(factory=Closed, init=False)
    at: datetime | None = field(default=None, init=False)
    """The moment of the last outcome that counted."""
    wanted: bool = field(default=False, init=False)
    """Whether the next read should come here, to prove it."""
    _alone_until: int = field(default=0, init=False)
    _answered: int | None = field(default=None, init=False)  # the tick, in this process
    _broke: int = field(default=0, init=False)
    _calls: int = field(default=0, init=False)  # under way

    @classmethod
    def of(
        cls, candidate: Candidate, effect: Effect, profile: Profile, proof: "Record | None" = None
    ) -> "Record":
        """An empty one."""
        policy = BreakerPolicy(
            open_seconds=profile.circuit_timeout_seconds,
            probe_seconds=2 * profile.request_timeout_seconds,
            steps=STEPS,
        )
        return cls(candidate, effect, policy, Tally.of(profile), proof)

    @property
    def share(self) -> float:
        """How much of the traffic it gets: 0 but for a probe while broken, 1 when all is well."""
        return share_of(self.stage, self.policy)

    def look(self, now: int) -> None:
        """Forget a little; what may not be tried out comes back when it rested and was proven."""
        self.tally.fade(now)
        if self.effect is Effect.READ or not isinstance(self.stage, Open) or now < self.stage.until:
            return
        if self.proof is None or self.proof.answered_since(self._broke):
            self._become(Closed(self.stage.generation))
        else:
            self.proof.wanted = True

    def rank(self, now: int) -> Rank | None:
        """Its place in the next call, or none."""
        if self._barred(now):
            return None
        stage, goes = admit(self.stage, self.policy, now)
        if not isinstance(stage, Closed | Recovering):
            return Rank.PROBE if goes else None
        self._become(stage)
        if isinstance(stage, Closed):
            return Rank.PROBE if self.wanted else Rank.WELL
        return Rank.PROBE if goes else Rank.LAST

    def begin(self, now: int) -> Begun | None:
        """A call begins, unless others were quicker in the meantime."""
        if self._barred(now):
            return None
        match self.stage:
            case Closed():
                goes = True
            case Recovering():
                goes = self._calls < AT_ONCE
            case _:
                self.stage, goes = admit(self.stage, self.policy, now)
        if not goes:
            return None
        self._calls += 1
        self.wanted = False
        return Begun(now, self.stage.generation)

    def end(self, call: Begun, outcome: Outcome, now: int, at: datetime) -> None:
        """A call ended like that."""
        self._calls -= 1
        if call.generation != self.stage.generation:
            return
        if outcome is not Outcome.UNKNOWN:
            self.at = at
            self.tally.count(outcome is Outcome.WELL, (now - call.at) / 1_000_000, now)
        if outcome is Outcome.WELL:
            self._answered = now
        stage: Stage = self.stage
        if not isinstance(stage, Closed):
            stage = ended(stage, self.policy, outcome, call.at, now, Counts())
        elif outcome is Outcome.FAILED and self.tally.broken:
            stage = tripped(stage, self.policy, now)
        if isinstance(stage, Open):
            self._broke = now
        self._become(stage)

    def leave_alone(self, now: int, seconds: float) -> None:
        """It is well, and asks not to be called for so long."""
        until = now + microseconds(min(seconds, PAUSE_MAX_SECONDS))
        self._alone_until = max(self._alone_until, until)

    def wait_ticks(self, now: int) -> int:
        """For how long it is certain not to be called."""
        rests_until = self.stage.until if isinstance(self.stage, Open) else now
        return max(rests_until, self._alone_until, now) - now

    def answered_since(self, tick: int) -> bool:
        """Whether it answered at that tick or later."""
        return self._answered is not None and self._answered >= tick

    def recall(self, known: Reputation, now: int, age: timedelta) -> None:
        """Go on from what was known so long ago; where it was being tried it is tried again."""
        then = now - age // timedelta(microseconds=1)
        self.at, self._broke = known.at, then
        self.tally.recall(known.success, known.latency_seconds, then)
        if known.state is not State.CLOSED:
            rests = tripped(self.stage, self.policy, then)
            self.stage = rests if known.state is State.OPEN else evolve(rests, until=now)

    def _barred(self, now: int) -> bool:
        """Whether nothing of this kind may be called here, whosever turn it is."""
        if self.effect is not Effect.READ and not isinstance(self.stage, Closed):
            return True
        proven = self.proof is None or isinstance(self.proof.stage, Closed)
        return now < self._alone_until or not proven

    def _become(self, stage: Stage) -> None:
        if isinstance(stage, Closed) and not isinstance(self.stage, Closed):
            self.tally.begin_anew()
        self.stage = stage

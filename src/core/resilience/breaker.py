"""A breaker as plain values: four stages, and two rules that lead from one to the next."""

from enum import StrEnum
from typing import ClassVar

from attrs import evolve, frozen

from .breaker_policy import BreakerPolicy, microseconds
from .outcome import Outcome
from .window import Counts


class State(StrEnum):
    """What people call a stage."""

    CLOSED = "closed"
    RECOVERING = "recovering"
    HALF_OPEN = "half_open"
    OPEN = "open"


# The generation of a stage is how often the breaker tripped before. A call belongs to the
# generation it began in; whatever becomes of it says nothing to a later one.


@frozen
class Closed:
    """Every call goes; the window says when no more do."""

    generation: int = 0
    trips: ClassVar[int] = 0
    state: ClassVar[State] = State.CLOSED


@frozen
class Open:
    """No call goes until then."""

    generation: int
    trips: int
    until: int
    state: ClassVar[State] = State.OPEN


@frozen
class HalfOpen:
    """A few calls go and find out; a probe is known by the moment at which it began."""

    generation: int
    trips: int
    successes: int = 0
    probes: tuple[int, ...] = ()
    state: ClassVar[State] = State.HALF_OPEN


@frozen
class Recovering:
    """A share of the calls goes, more with each step."""

    generation: int
    trips: int
    since: int
    step: int = 0
    successes: int = 0
    asked: int = 0
    state: ClassVar[State] = State.RECOVERING


Stage = Closed | Open | HalfOpen | Recovering


def tripped(stage: Stage, policy: BreakerPolicy, now: int) -> Open:
    """The dependency was found broken."""
    trips = stage.trips + 1
    return Open(stage.generation + 1, trips, now + policy.open_ticks(trips))


def admit(stage: Stage, policy: BreakerPolicy, now: int) -> tuple[Stage, bool]:
    """What the stage becomes when somebody wants to call, and whether that call goes."""
    match stage:
        case Closed():
            return stage, True
        case Open(until=until) if now < until:
            return stage, False
        case Open(generation=generation, trips=trips):
            return HalfOpen(generation, trips, probes=(now,)), True
        case HalfOpen():
            probes = _under_way(stage, policy, now)
            if len(probes) >= policy.probes:
                return stage, False
            return evolve(stage, probes=(*probes, now)), True
    later = _stepped(stage, policy, now)
    if isinstance(later, Closed):
        return later, True
    every = policy.steps[later.step].every
    return evolve(later, asked=later.asked + 1), later.asked % every == 0


def undecided(stage: Stage, policy: BreakerPolicy, now: int) -> bool:
    """Whether it rests, or is being tried by somebody: who comes now can only wait for that."""
    match stage:
        case Open(until=until):
            return now < until
        case HalfOpen():
            return bool(_under_way(stage, policy, now))
        case _:
            return False


def ended(
    stage: Stage, policy: BreakerPolicy, outcome: Outcome, began: int, now: int, counts: Counts
) -> Stage:
    """
    What the stage becomes when a call of its generation ends.

    The counts are those of the window, this call among them; only a closed one looks at them.
    """
    match stage:
        case Closed() if outcome.bad and policy.opens_at(counts):
            return tripped(stage, policy, now)
        case HalfOpen() if began in stage.probes:  # otherwise it was replaced
            if outcome.bad:
                return tripped(stage, policy, now)
            place = stage.probes.index(began)
            stage = evolve(stage, probes=stage.probes[:place] + stage.probes[place + 1 :])
            return _tried(stage, policy, now) if outcome is Outcome.WELL else stage
        case Recovering() if outcome.bad:
            return tripped(stage, policy, now)
        case Recovering() if outcome is Outcome.WELL:
            return _stepped(evolve(stage, successes=stage.successes + 1), policy, now)
        case _:
            return stage


def share_of(stage: Stage, policy: BreakerPolicy) -> float:
    """Which part of the calls goes, probes aside."""
    match stage:
        case Closed():
            return 1.0
        case Recovering(step=step):
            return 1 / policy.steps[step].every
        case _:
            return 0.0


def _under_way(stage: HalfOpen, policy: BreakerPolicy, now: int) -> tuple[int, ...]:
    """The probes that may still come back."""
    lapsed = now - microseconds(policy.probe_seconds)
    return tuple(began for began in stage.probes if began > lapsed)


def _tried(stage: HalfOpen, policy: BreakerPolicy, now: int) -> Stage:
    if stage.successes + 1 < policy.probes:
        return evolve(stage, successes=stage.successes + 1)
    return _at_step(0, stage, policy, now)


def _stepped(stage: Recovering, policy: BreakerPolicy, now: int) -> Recovering | Closed:
    step = policy.steps[stage.step]
    if stage.successes < step.successes or now - stage.since < microseconds(step.seconds):
        return stage
    return _at_step(stage.step + 1, stage, policy, now)


def _at_step(
    step: int, stage: HalfOpen | Recovering, policy: BreakerPolicy, now: int
) -> Recovering | Closed:
    if step == len(policy.steps):
        return Closed(stage.generation)
    return Recovering(stage.generation, stage.trips, since=now, step=step)

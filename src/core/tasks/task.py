"""A task: something to be done after what asked for it was committed, until it is done."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from attrs import field, frozen

from ..events import Fact
from ..wording import checked_word, one_line
from .errors import MalformedFacts, TaskReused

TaskId = NewType("TaskId", UUID)
ClaimId = NewType("ClaimId", UUID)

FACTS_BYTES_MAX: Final = 4_096
FACT_UNITS_MAX: Final = 2**63 - 1
TOLD_MAX: Final = 500


class TaskState(StrEnum):
    """Where a task is in its life."""

    WAITING = "waiting"
    """Nobody has it; it is due at its moment."""
    CLAIMED = "claimed"
    """Somebody does it, as long as his lease lasts."""
    DONE = "done"
    DEAD = "dead"
    """It was given up, and waits for a person."""


TASK_MOVES: Final[Mapping[TaskState, frozenset[TaskState]]] = {
    TaskState.WAITING: frozenset({TaskState.CLAIMED}),
    # To itself: whose lease is over has lost it to whoever claims it next.
    TaskState.CLAIMED: frozenset(
        {TaskState.CLAIMED, TaskState.WAITING, TaskState.DONE, TaskState.DEAD}
    ),
    TaskState.DONE: frozenset(),
    TaskState.DEAD: frozenset({TaskState.WAITING}),
}


@frozen(kw_only=True)
class Task:
    """
    Something to be done; the id is the idempotency key.

    Facts say about what, by names, and hold no secret: they are kept, listed and logged. What is
    large or secret stays where it is, and a fact names it.

    Raises:
        MalformedText: the kind is not one word.
        MalformedFacts: the facts are too large, or hold what cannot be kept.
    """

    id: TaskId
    kind: str
    facts: Mapping[str, Fact] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        checked_word("kind", self.kind)
        _check(self.facts)

    def is_like(self, other: "Task") -> bool:
        """Whether it asks for the same: one is not true, though Python finds them equal."""
        return (self.kind, written(self.facts)) == (other.kind, written(other.facts))


def distinct(tasks: Sequence[Task]) -> Sequence[Task]:
    """
    Each task once, in order.

    Raises:
        TaskReused: two of them have one id and ask for different things.
    """
    found: dict[TaskId, Task] = {}
    for task in tasks:
        if not found.setdefault(task.id, task).is_like(task):
            raise TaskReused(task.id)
    return list(found.values())


def written(facts: Mapping[str, Fact]) -> str:
    """Facts as JSON, always the same."""
    return json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _check(facts: Mapping[str, Fact]) -> None:
    for name, fact in facts.items():
        checked_word("fact", name)
        if not isinstance(fact, str | int | None):
            raise MalformedFacts(name, "text, a whole number, yes or no, or nothing")
        if isinstance(fact, int) and abs(fact) > FACT_UNITS_MAX:
            raise MalformedFacts(name, "a whole number has 64 bits at most")
        if isinstance(fact, str) and ("\0" in fact or not _encodes(fact)):
            raise MalformedFacts(name, "text of characters that can be kept")
    if len(written(facts).encode()) > FACTS_BYTES_MAX:
        raise MalformedFacts("all of them", f"{FACTS_BYTES_MAX} bytes of JSON at most")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False
    return True


@frozen(kw_only=True)
class Ending:
    """What became of a task under a claim."""

    id: TaskId
    claim: ClaimId
    state: TaskState
    seconds: float = 0.0
    """Of one that waits again, for how long."""
    told: str = ""
    """Why, on one line; of one that was done, nothing."""


@frozen(kw_only=True)
class Claimed:
    """A task in somebody's hands."""

    task: Task
    claim: ClaimId
    attempt: int
    """How often it was claimed by now, this time included."""
    late_seconds: float
    """For how long it had been due."""

    def done(self) -> Ending:
        """It need not be done again."""
        return self._ending(TaskState.DONE)

    def put_off(self, seconds: float, told: object = "") -> Ending:
        """It did not work, and is tried again after so long."""
        return self._ending(TaskState.WAITING, seconds, told)

    def dead(self, told: object) -> Ending:
        """It is given up; a person may have it tried again."""
        return self._ending(TaskState.DEAD, told=told)

    def _ending(self, state: TaskState, seconds: float = 0.0, told: object = "") -> Ending:
        return Ending(
            id=self.task.id,
            claim=self.claim,
            state=state,
            seconds=seconds,
            told=one_line(str(told), TOLD_MAX),
        )


@frozen(kw_only=True)
class KeptTask:
    """A task as it is kept, for people who look."""

    task: Task
    state: TaskState
    attempts: int
    at: datetime
    """When it is due, when the lease on it ends, or when it ended."""
    told: str
    """Why it was last put off or given up."""


@frozen(kw_only=True)
class Backlog:
    """How much there is of one kind."""

    kind: str
    waiting: int = 0
    """Due or not."""
    claimed: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0
    """For how long the one that waits longest has been due."""

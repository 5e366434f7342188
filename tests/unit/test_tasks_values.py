"""Tasks: what they may hold, and what becomes of one that did not work."""

from random import Random
from uuid import UUID

import pytest

from altyn.core.errors import Conflict, Missing, Refused, Unavailable
from altyn.core.tasks import (
    TASK_MOVES,
    WAITS_SECONDS,
    Claimed,
    ClaimId,
    Handling,
    MalformedFacts,
    Runner,
    Task,
    TaskId,
    TaskState,
)
from altyn.core.wording import MalformedText

ID = TaskId(UUID("01234567-89ab-7def-8123-456789abcdef"))
CLAIM = ClaimId(UUID("01234567-89ab-7def-8123-456789abcd00"))


class Closed(Unavailable):
    def __str__(self) -> str:
        return "closed"


class ClosedUntil(Closed):
    @property
    def retry_after_seconds(self) -> float:
        return 90.0


class Busy(Conflict):
    def __str__(self) -> str:
        return "busy"


class Never(Refused):
    def __str__(self) -> str:
        return "never"


class Gone(Missing):
    def __str__(self) -> str:
        return "gone"


async def do(claimed: Claimed) -> None:
    """Nothing is to be done."""


def claimed(attempt: int = 1) -> Claimed:
    """A task for the so-manieth time."""
    task = Task(id=ID, kind="tell")
    return Claimed(task=task, claim=CLAIM, attempt=attempt, late_seconds=0.0)


def tell(**facts: object) -> Task:
    return Task(id=ID, kind="tell", facts=facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("share", 0.5),
        ("list", [1]),
        ("many", 2**63),
        ("few", -(2**63)),
        ("nul", "a\0b"),
        ("half", "\ud800"),
    ],
)
def test_facts_are_plain(fact: str, value: object) -> None:
    """Text that can be kept, whole numbers of 64 bits, yes and no, nothing; and nothing else."""
    with pytest.raises(MalformedFacts) as refused:
        tell(**{fact: value})
    assert refused.value.fact == fact


def test_facts_are_bounded() -> None:
    """What is large stays where it is: 4096 bytes as JSON, however few characters that is."""
    most = "x" * (4096 - len('{"a":""}'))
    assert tell(a=most).facts == {"a": most}
    for large in (most + "x", "ю" * 2048):
        with pytest.raises(MalformedFacts):
            tell(a=large)


@pytest.mark.parametrize(("kind", "fact"), [("Tell me", "a"), ("", "a"), ("tell", "A b")])
def test_names_are_words(kind: str, fact: str) -> None:
    """Of kinds and of facts."""
    with pytest.raises(MalformedText):
        Task(id=ID, kind=kind, facts={fact: 1})


def test_what_ended_well_stays_so() -> None:
    """Only what a person replays comes back from the dead; nothing comes back from being done."""
    assert set(TASK_MOVES) == set(TaskState)
    assert TASK_MOVES[TaskState.DONE] == frozenset()
    assert TASK_MOVES[TaskState.DEAD] == {TaskState.WAITING}


@pytest.mark.parametrize("failure", [Never(), Gone()])
def test_a_refusal_is_final(failure: Refused | Missing) -> None:
    """Asking again changes nothing, so it is given up at once, with the words of the refusal."""
    ending = Handling(kind="tell", do=do).failed(claimed(), failure, Random(1))
    assert (ending.state, ending.told) == (TaskState.DEAD, str(failure))
    assert (ending.id, ending.claim) == (ID, CLAIM)


@pytest.mark.parametrize("failure", [Closed(), Busy(), "a mistake inside Altyn: KeyError"])
def test_what_may_work_later_is_tried_again(failure: Closed | Busy | str) -> None:
    """After longer and longer waits, each a little longer by chance; after the last it is dead."""
    handling = Handling(kind="tell", do=do)
    for attempt, seconds in enumerate(WAITS_SECONDS, 1):
        ending = handling.failed(claimed(attempt), failure, Random(attempt))
        assert (ending.state, ending.told) == (TaskState.WAITING, str(failure))
        assert seconds <= ending.seconds <= 1.2 * seconds
    ending = handling.failed(claimed(len(WAITS_SECONDS) + 1), failure, Random(1))
    assert (ending.state, ending.told) == (TaskState.DEAD, str(failure))


def test_whoever_says_when_to_come_back_is_not_asked_earlier() -> None:
    """Nor much later than our own next wait, when that is longer."""
    handling = Handling(kind="tell", do=do, waits_seconds=(1, 300))
    first = handling.failed(claimed(1), ClosedUntil(), Random(1))
    second = handling.failed(claimed(2), ClosedUntil(), Random(1))
    assert 90 <= first.seconds <= 108
    assert 300 <= second.seconds <= 360


def test_what_nobody_survives_is_given_up() -> None:
    """A task that was begun as often as it may be, and whose worker died of it each time."""
    handling = Handling(kind="tell", do=do, waits_seconds=(1, 5))
    assert handling.exhausted(claimed(3)) is None
    ending = handling.exhausted(claimed(4))
    assert ending is not None
    assert ending.state is TaskState.DEAD
    assert ending.told == "it was begun 3 times and never came to an end"


def test_words_of_others_are_kept_on_one_line() -> None:
    """And cut."""
    ending = claimed().dead("no\nway" + "!" * 900)
    assert ending.told == "no way" + "!" * 494


def test_a_kind_is_a_word_and_is_done_in_one_way() -> None:
    """Whoever runs two handlings of one kind has made a mistake."""
    with pytest.raises(MalformedText):
        Handling(kind="Tell", do=do)
    one = Handling(kind="tell", do=do)
    with pytest.raises(ValueError, match="one way"):
        Runner(tasks=None, bell=None, identifiers=None, handlings=[one, one])  # type: ignore[arg-type]

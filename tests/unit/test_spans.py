"""Spans: who follows what is done is told of all that matters, and of nothing that does not."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest

from altyn.core.correlation import concerning
from altyn.core.errors import Refused, Unavailable
from altyn.core.spans import (
    UNTOLD,
    Sort,
    calling,
    detail,
    followed_by,
    innermost,
    request,
    span,
    whereabouts,
)
from altyn.entrypoints.testkit import Recorder


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Whoever follows this process during a test."""
    recorder = Recorder()
    with followed_by(recorder):
        yield recorder


def test_nobody_follows() -> None:
    """Where nobody follows, nothing is made: every span is the same one, which hears nothing."""
    blocks = span("a", fact=1), detail("b"), request("c"), calling("somebody", "something")
    assert all(block is UNTOLD for block in blocks)
    with blocks[0] as it:
        it.tell(fact=1)
        it.fail("why")
        assert innermost() is UNTOLD
        assert dict(whereabouts()) == {}


def test_followed_for_as_long_as_the_block(recorder: Recorder) -> None:
    """Whoever followed before is told again when the block of another is over."""
    other = Recorder()
    with followed_by(other), span("inside"):
        pass
    with span("after"):
        pass
    assert [each.name for each in other.spans] == ["inside"]
    assert [each.name for each in recorder.spans] == ["after"]


def test_one_inside_another(recorder: Recorder) -> None:
    """Each is inside of what was done around it, knows what it concerns, and has its own facts."""
    with request("request", http_method="GET") as outer:
        with concerning(purchase=7), calling("shop", "order", endpoint="first") as inner:
            inner.tell(state="new")
        outer.tell(http_status=200)
        innermost().tell(more="yes")
    first, second = recorder.spans
    assert (first.sort, first.inside, first.outcome) == (Sort.REQUEST, None, "done")
    assert first.facts == {"http_method": "GET", "http_status": 200, "more": "yes"}
    assert (second.name, second.sort, second.inside) == ("shop order", Sort.CALL, first)
    assert second.facts == {
        "purchase": "7",
        "provider": "shop",
        "operation": "order",
        "endpoint": "first",
        "state": "new",
    }


@pytest.mark.parametrize(
    ("error", "outcome", "failed"),
    [
        (Refused(), "refused", False),
        (Unavailable(), "unavailable", True),
        (ValueError("a secret"), "ValueError", True),
        (asyncio.CancelledError(), "broken_off", False),
    ],
)
def test_how_it_ends(recorder: Recorder, error: BaseException, outcome: str, failed: bool) -> None:
    """A no is an answer, silence and mistakes are failures; only a word of them is told."""
    with pytest.raises(type(error)), span("it"):
        raise error
    (told,) = recorder.spans
    assert (told.outcome, told.failed) == (outcome, failed)


def test_failed_without_an_error(recorder: Recorder) -> None:
    """What is answered with a failure has failed, and what is raised besides says more."""
    with span("answered") as it:
        it.fail("status_503")
    with suppress(KeyError), span("raised") as it:
        it.fail("status_503")
        raise KeyError
    assert [(each.outcome, each.failed) for each in recorder.spans] == [
        ("status_503", True),
        ("KeyError", True),
    ]


def test_details_alone(recorder: Recorder) -> None:
    """Looking whether there is anything to do, and finding nothing, is not told."""
    with detail("chore"), detail("look"), calling("somebody", "question"):
        assert dict(whereabouts()) == {}
    assert recorder.spans == []


def test_details_around_and_inside(recorder: Recorder) -> None:
    """Once there is something to do, what is around it is told, and since when."""
    with detail("chore", every=1) as chore, detail("look"):
        with detail("claim"):
            pass
        chore.tell(found=1)
        with span("step"), detail("transaction"):
            pass
    chore_, look, step, transaction = recorder.spans
    assert [each.name for each in recorder.spans] == ["chore", "look", "step", "transaction"]
    assert [each.inside for each in recorder.spans] == [None, chore_, look, step]
    assert chore_.facts == {"every": 1, "found": 1}
    assert chore_.at < look.at < step.at < transaction.at
    assert all(each.outcome == "done" for each in recorder.spans)


def test_details_that_fail(recorder: Recorder) -> None:
    """What fails is told with all that was around it, though nothing else was."""
    with pytest.raises(Unavailable), detail("chore"), calling("somebody", "question"):
        raise Unavailable
    question, chore = recorder.told("somebody question")[0], recorder.told("chore")[0]
    assert (question.inside, question.failed, chore.failed) == (chore, True, True)


async def test_tasks(recorder: Recorder) -> None:
    """What a task does is inside of what began it, also when that is over; if it is told at all."""

    async def work(name: str, over: asyncio.Event) -> None:
        await over.wait()
        with span(name):
            pass

    over = asyncio.Event()
    with span("told"):
        first = asyncio.create_task(work("first", over))
        with detail("told too"):
            pass
    with detail("never told"):
        second = asyncio.create_task(work("second", over))
    over.set()
    await asyncio.gather(first, second)
    inside = {each.name: each.inside and each.inside.name for each in recorder.spans}
    assert inside == {"told": None, "told too": "told", "first": "told", "second": None}


def test_lines_of_the_log(recorder: Recorder) -> None:
    """A line can name the innermost span that was told, and nothing outside of any."""
    with span("outer"), span("inner"):
        assert dict(whereabouts()) == {"trace_id": "0", "span_id": "1"}
    assert dict(whereabouts()) == {}

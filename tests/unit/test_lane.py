"""Callers of a lane share calls, in order, and each gets its own answers."""

import asyncio
from collections.abc import Sequence

import pytest
from attrs import define, field

from altyn.core.errors import Refused
from altyn.core.lane import Lane, TooManyWaiting

SOON = 10
"""Seconds after which a test that waits for ever fails instead."""


@define
class TooLarge(Refused):
    """The whole call is not wanted."""


@define
class Gate:
    """A call that waits to be told how it ends, and remembers what it was asked."""

    asked: list[list[int]] = field(factory=list)
    _ends: list[asyncio.Future[Sequence[str] | None]] = field(factory=list)
    _began: asyncio.Event = field(factory=asyncio.Event)

    async def __call__(self, asked: Sequence[int]) -> Sequence[str]:
        """Answer with the words for the numbers, once the test lets it."""
        self.asked.append(list(asked))
        end: asyncio.Future[Sequence[str] | None] = asyncio.get_running_loop().create_future()
        self._ends.append(end)
        self._began.set()
        told = await end
        return [f"<{each}>" for each in asked] if told is None else told

    async def began(self, calls: int) -> None:
        """Wait until so many calls began."""
        async with asyncio.timeout(SOON):
            while len(self.asked) < calls:
                self._began.clear()
                await self._began.wait()

    def open(self) -> None:
        """Let the newest call answer."""
        self._ends[-1].set_result(None)

    def fail(self, failure: BaseException) -> None:
        """Let the newest call raise."""
        self._ends[-1].set_exception(failure)


@pytest.fixture
def gate() -> Gate:
    """A call under control."""
    return Gate()


@pytest.fixture
def lane(gate: Gate) -> Lane[int, str]:
    """A lane over it with room for five at a time and ten in waiting."""
    return Lane(gate, batch_max=5, waiting_max=10)


async def waiting(lane: Lane[int, str], *asked: Sequence[int]) -> list[asyncio.Task[Sequence[str]]]:
    """A task for each of these, every one of which has asked by now."""
    tasks = [asyncio.create_task(lane.ask(each)) for each in asked]
    await asyncio.sleep(0)
    return tasks


async def test_an_empty_lane_starts_at_once(gate: Gate, lane: Lane[int, str]) -> None:
    """Nobody waits for company."""
    (alone,) = await waiting(lane, [1, 2])
    await gate.began(1)
    assert gate.asked == [[1, 2]]
    gate.open()
    assert await alone == ["<1>", "<2>"]


async def test_those_who_come_meanwhile_share_the_next_call(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """In the order in which they came, each answered with its own."""
    (first,) = await waiting(lane, [1])
    await gate.began(1)
    others = await waiting(lane, [2, 3], [4], [5])
    assert gate.asked == [[1]]
    gate.open()
    assert await first == ["<1>"]
    await gate.began(2)
    assert gate.asked == [[1], [2, 3, 4, 5]]
    gate.open()
    assert await asyncio.gather(*others) == [["<2>", "<3>"], ["<4>"], ["<5>"]]


async def test_whoever_is_answered_may_join_the_next_call(gate: Gate, lane: Lane[int, str]) -> None:
    """The next call is closed only after those just answered had a chance to ask again."""

    async def twice() -> list[Sequence[str]]:
        return [await lane.ask([1]), await lane.ask([11])]

    both = asyncio.create_task(twice())
    await gate.began(1)
    (other,) = await waiting(lane, [2])
    gate.open()
    await gate.began(2)
    assert gate.asked[1] == [2, 11]
    gate.open()
    assert await both == [["<1>"], ["<11>"]]
    assert await other == ["<2>"]


async def test_a_call_takes_no_more_than_its_most(gate: Gate) -> None:
    """Exactly as many fit; who does not fit is not torn apart, and nobody overtakes."""
    lane = Lane(gate, batch_max=5)
    (first,) = await waiting(lane, [0])
    await gate.began(1)
    others = await waiting(lane, [1, 2, 3], [4, 5], [6, 7, 8, 9], [10, 11], [12])
    for calls in (2, 3, 4):
        gate.open()
        await gate.began(calls)
    gate.open()
    assert gate.asked == [[0], [1, 2, 3, 4, 5], [6, 7, 8, 9], [10, 11, 12]]
    answers = await asyncio.gather(first, *others)
    assert [word for answer in answers for word in answer] == [f"<{n}>" for n in range(13)]


async def test_who_is_larger_than_a_call_travels_alone(gate: Gate, lane: Lane[int, str]) -> None:
    """A list longer than a call's most is asked whole."""
    (first,) = await waiting(lane, [0])
    await gate.began(1)
    large, small = await waiting(lane, [*range(1, 9)], [9])
    gate.open()
    await gate.began(2)
    gate.open()
    await gate.began(3)
    gate.open()
    assert gate.asked[1:] == [[*range(1, 9)], [9]]
    assert len(await large) == 8
    assert [await first, await small] == [["<0>"], ["<9>"]]


async def test_asking_nothing_is_answered_nothing(gate: Gate, lane: Lane[int, str]) -> None:
    """In its turn."""
    (nothing,) = await waiting(lane, [])
    await gate.began(1)
    gate.open()
    assert await nothing == []


async def test_a_failure_reaches_all_in_the_call_and_nobody_else(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """Those behind travel on."""
    (first,) = await waiting(lane, [0])
    await gate.began(1)
    doomed = await waiting(lane, [1, 2], [3, 4, 5])
    (behind,) = await waiting(lane, [6])
    gate.open()
    await gate.began(2)
    gate.fail(failure := ConnectionError("gone"))
    for task in doomed:
        with pytest.raises(ConnectionError) as said:
            await task
        assert said.value is failure
    await gate.began(3)
    gate.open()
    assert [await first, await behind] == [["<0>"], ["<6>"]]


async def test_who_is_refused_in_company_is_asked_again_alone(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """Nothing of a refused call happened; each part gets an answer of its own, in order."""
    (first,) = await waiting(lane, [0])
    await gate.began(1)
    one, guilty, three = await waiting(lane, [1], [2, 22], [3])
    gate.open()
    await gate.began(2)
    gate.fail(TooLarge())
    await gate.began(3)
    gate.open()
    await gate.began(4)
    gate.fail(refusal := TooLarge())
    await gate.began(5)
    gate.open()
    with pytest.raises(TooLarge) as said:
        await guilty
    assert said.value is refusal
    assert [await first, await one, await three] == [["<0>"], ["<1>"], ["<3>"]]
    assert gate.asked == [[0], [1, 2, 22, 3], [1], [2, 22], [3]]


async def test_two_refused_together_are_asked_again_too(gate: Gate, lane: Lane[int, str]) -> None:
    """The smallest company there is."""
    one, two = await waiting(lane, [1], [2])
    await gate.began(1)
    gate.fail(TooLarge())
    for calls in (2, 3):
        await gate.began(calls)
        gate.open()
    assert [await one, await two] == [["<1>"], ["<2>"]]


async def test_who_is_refused_alone_is_told_at_once(gate: Gate, lane: Lane[int, str]) -> None:
    """Asking again would change nothing."""
    (alone,) = await waiting(lane, [1, 2])
    await gate.began(1)
    gate.fail(TooLarge())
    with pytest.raises(TooLarge):
        await alone
    assert gate.asked == [[1, 2]]


async def test_tearing_down_while_parts_are_asked_alone_cancels_all(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """Nobody is left waiting for an answer that will not come."""
    before = asyncio.all_tasks()
    tasks = await waiting(lane, [1], [2], [3])
    await gate.began(1)
    (serving,) = asyncio.all_tasks() - before - set(tasks)
    gate.fail(TooLarge())
    await gate.began(2)
    tasks += await waiting(lane, [4])
    serving.cancel()
    done, _ = await asyncio.wait([serving, *tasks], timeout=SOON)
    assert len(done) == 5
    assert all(task.cancelled() for task in done)


async def test_a_caller_who_gives_up_takes_nothing_with_it(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """On the way or still waiting: the others are answered, and its part is asked all the same."""
    first, second = await waiting(lane, [1], [2])
    await gate.began(1)
    third, fourth = await waiting(lane, [3], [4])
    for leaving in (first, third):
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
    gate.open()
    await gate.began(2)
    gate.open()
    assert [await second, await fourth] == [["<2>"], ["<4>"]]
    assert [each for asked in gate.asked for each in asked] == [1, 2, 3, 4]


async def test_a_failure_does_not_trouble_who_gave_up(gate: Gate, lane: Lane[int, str]) -> None:
    """It was cancelled, and stays so; the other learns of the failure."""
    first, second = await waiting(lane, [1], [2])
    await gate.began(1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gate.fail(ConnectionError("gone"))
    with pytest.raises(ConnectionError):
        await second


async def test_too_many_are_turned_away(gate: Gate, lane: Lane[int, str]) -> None:
    """When as much waits as may; those under way do not count, and later there is room again."""
    (first,) = await waiting(lane, [*range(100)])
    await gate.began(1)
    others = await waiting(lane, [1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12])
    with pytest.raises(TooManyWaiting) as said:
        await asyncio.wait_for(lane.ask([13]), SOON)
    assert said.value.facts == {"waiting": 12}
    gate.open()
    await gate.began(2)
    (late,) = await waiting(lane, [14])
    for calls in (3, 4):
        gate.open()
        await gate.began(calls)
    gate.open()
    await asyncio.gather(first, *others)
    assert await late == ["<14>"]
    assert gate.asked[1:] == [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 14]]


async def test_the_last_place_may_be_taken(gate: Gate, lane: Lane[int, str]) -> None:
    """One less than the most still lets one more in, one at the most does not."""
    (first,) = await waiting(lane, [0])
    await gate.began(1)
    others = await waiting(lane, [*range(9)], [9])
    with pytest.raises(TooManyWaiting):
        await asyncio.wait_for(lane.ask([10]), SOON)
    gate.open()
    await gate.began(2)
    gate.open()
    await gate.began(3)
    gate.open()
    await asyncio.gather(first, *others)


async def test_tearing_the_lane_down_cancels_all(gate: Gate, lane: Lane[int, str]) -> None:
    """Those under way and those who wait; what waited is never asked, and the lane works on."""
    before = asyncio.all_tasks()
    (first,) = await waiting(lane, [1])
    await gate.began(1)
    others = await waiting(lane, [2], [3])
    (serving,) = asyncio.all_tasks() - before - {first, *others}
    serving.cancel()
    done, _ = await asyncio.wait([serving, first, *others], timeout=SOON)
    assert len(done) == 4
    assert all(task.cancelled() for task in done)
    (again,) = await waiting(lane, [4])
    await gate.began(2)
    gate.open()
    assert await again == ["<4>"]
    assert gate.asked == [[1], [4]]


async def test_after_tearing_down_nobody_is_counted_as_waiting(
    gate: Gate, lane: Lane[int, str]
) -> None:
    """Those who were sent away do not take up room."""
    before = asyncio.all_tasks()
    tasks = await waiting(lane, [1])
    await gate.began(1)
    tasks += await waiting(lane, [*range(10)])
    (serving,) = asyncio.all_tasks() - before - set(tasks)
    serving.cancel()
    await asyncio.wait([serving, *tasks], timeout=SOON)
    (again,) = await waiting(lane, [4])
    await gate.began(2)
    gate.open()
    assert await again == ["<4>"]


async def test_an_idle_lane_keeps_no_task(gate: Gate, lane: Lane[int, str]) -> None:
    """When the last is answered, nothing of the lane goes on running; the next starts anew."""
    before = asyncio.all_tasks()
    for calls in (1, 2):
        (alone,) = await waiting(lane, [calls])
        await gate.began(calls)
        (serving,) = asyncio.all_tasks() - before - {alone}
        gate.open()
        await alone
        await serving
        assert asyncio.all_tasks() == before

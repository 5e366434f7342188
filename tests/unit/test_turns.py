"""Turns are given as fast as the limit allows, to those who matter more, and none is lost."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest
from attrs import define, field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from altyn.adapters.memory import MemorySignals
from altyn.core.errors import Unavailable
from altyn.core.lane import TooManyWaiting
from altyn.core.resilience import PATIENCE, Priority, Turns, WaitedTooLong
from altyn.entrypoints.testkit import run_virtually

CRITICAL, HIGH, NORMAL, LOW = Priority


def now() -> float:
    """Seconds since the story began."""
    return asyncio.get_running_loop().time()


@define
class LimitAway(Unavailable):
    """Whoever keeps the limit does not answer."""

    number: int


@define
class Beat:
    """A limit of one call every so many seconds."""

    seconds: float
    asked_at: list[float] = field(factory=list)
    admitted_at: list[float] = field(factory=list)
    _next: float = 0.0

    async def __call__(self) -> float:
        """As `admit` does."""
        self.asked_at.append(now())
        if now() < self._next:
            return self._next - now()
        self._next = now() + self.seconds
        self.admitted_at.append(now())
        return 0.0


@define
class Gate:
    """A limit that answers what the test says, when it says so."""

    asked: list[asyncio.Future[float]] = field(factory=list)

    async def __call__(self) -> float:
        """As `admit` does."""
        self.asked.append(asyncio.get_running_loop().create_future())
        return await self.asked[-1]

    async def answer(self, seconds: float) -> None:
        """Answer the newest question, and let everybody act on it."""
        self.asked[-1].set_result(seconds)
        await settled()


async def free() -> float:
    """No limit."""
    return 0.0


async def settled() -> None:
    """Everybody has done what can be done now."""
    for _ in range(10):
        await asyncio.sleep(0)


@define
class Diary:
    """Who was let in when."""

    turns: Turns
    told: list[tuple[str, float]] = field(factory=list)
    tasks: list[asyncio.Task[None]] = field(factory=list)

    async def come(self, priority: Priority, name: str, stays: float = 0) -> asyncio.Task[None]:
        """Wait for a turn in a task of its own; it stands in line by now."""
        self.tasks.append(asyncio.create_task(self._call(priority, name, stays)))
        await settled()
        return self.tasks[-1]

    async def _call(self, priority: Priority, name: str, stays: float) -> None:
        async with self.turns.turn(priority):
            self.told.append((name, now()))
            await asyncio.sleep(stays)

    @property
    def names(self) -> list[str]:
        """Who was let in, in order."""
        return [name for name, _ in self.told]

    async def end(self) -> None:
        """Wait for everybody who came."""
        await asyncio.gather(*self.tasks, return_exceptions=True)


Story = Callable[[], Coroutine[Any, Any, None]]


def virtually(story: Story) -> Callable[[], None]:
    """A test whose waiting takes no time."""

    def test() -> None:
        run_virtually(story())

    test.__doc__ = story.__doc__
    return test


@virtually
async def test_nobody_waits_without_need() -> None:
    """A turn that is free is had at once."""
    diary = Diary(Turns(name="shop", admit=free))
    for priority in Priority:
        await diary.come(priority, priority.word)
    await diary.end()
    assert diary.told == [("critical", 0), ("high", 0), ("normal", 0), ("low", 0)]


@virtually
async def test_turns_come_as_fast_as_the_limit_allows() -> None:
    """And no faster; the limit is not asked before it said."""
    beat = Beat(0.5)
    diary = Diary(Turns(name="shop", admit=beat))
    for name in "abcd":
        await diary.come(HIGH, name)
    await diary.end()
    assert diary.told == [("a", 0), ("b", 0.5), ("c", 1), ("d", 1.5)]
    assert beat.asked_at == [0, 0, 0.5, 0.5, 1, 1, 1.5]


@virtually
async def test_who_matters_more_goes_first() -> None:
    """In their order among equals, and chosen when the turn is there, not when it was asked for."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    for priority, name in ((LOW, "l"), (NORMAL, "n"), (HIGH, "h1"), (HIGH, "h2"), (CRITICAL, "c")):
        await diary.come(priority, name)
    for _ in range(5):
        await gate.answer(0)
    assert diary.names == ["c", "h1", "h2", "n", "l"]
    assert len(gate.asked) == 5


@pytest.mark.parametrize("seconds", [1.0, 0.5])
def test_waiting_raises_a_caller(seconds: float) -> None:
    """By one priority each time: then the one who came first goes before the newcomer."""

    async def story() -> None:
        gate = Gate()
        diary = Diary(Turns(name="shop", admit=gate, ageing_seconds=seconds))
        await diary.come(LOW, "low")
        await asyncio.sleep(seconds - 0.25)
        await diary.come(NORMAL, "normal")
        await gate.answer(0)
        assert diary.names == ["normal"]
        await asyncio.sleep(0.25)
        await diary.come(NORMAL, "another")
        await gate.answer(0)
        assert diary.names == ["normal", "low"]
        await gate.answer(0)
        assert diary.names == ["normal", "low", "another"]

    run_virtually(story())


@virtually
async def test_nobody_is_raised_above_critical() -> None:
    """However long one has waited: priorities that matter the same take turns."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    for name in ("n1", "n2", "n3"):
        await diary.come(NORMAL, name)
    await asyncio.sleep(9)
    for name in ("c1", "c2"):
        await diary.come(CRITICAL, name)
    for _ in range(5):
        await gate.answer(0)
    assert diary.names == ["n1", "c1", "n2", "c2", "n3"]


@pytest.mark.parametrize("waiting", [1, 40])
def test_low_never_starves(waiting: int) -> None:
    """
    Critical callers without end, however long their line has become: a low one has its turn
    soon after it came to be critical itself, long before it gives up.
    """

    async def story() -> None:
        turns = Turns(name="shop", admit=Beat(0.25))
        diary = Diary(turns)
        flood = [asyncio.create_task(flooding(turns)) for _ in range(waiting)]
        await asyncio.sleep(60)
        came_at = now()
        await diary.come(LOW, "low")
        await diary.end()
        assert [name for name, _ in diary.told] == ["low"]
        assert 3 <= diary.told[0][1] - came_at <= 3.5
        assert not any(each.done() for each in flood)

    run_virtually(story())


@virtually
async def test_critical_never_starves() -> None:
    """However many low ones have waited long, every second turn at least is for the others."""
    turns = Turns(name="shop", admit=Beat(0.25))
    diary = Diary(turns)
    flood = [asyncio.create_task(flooding(turns, LOW)) for _ in range(14)]
    await asyncio.sleep(60)
    for name in "abc":
        await diary.come(CRITICAL, name)
    await diary.end()
    assert diary.names == ["a", "b", "c"]
    assert diary.told[-1][1] <= 61.5
    assert not any(each.done() for each in flood)


async def flooding(turns: Turns, priority: Priority = CRITICAL) -> None:
    """Come again as soon as it was let in, for ever."""
    while True:
        async with turns.turn(priority):
            pass


@pytest.mark.parametrize("priority", Priority)
def test_waiting_has_an_end(priority: Priority) -> None:
    """Exactly when the priority gives up; no turn is used for it."""

    async def story() -> None:
        gate, signals = Gate(), MemorySignals()
        turns = Turns(name="shop", admit=gate, signals=signals)
        diary = Diary(turns)
        await asyncio.sleep(7)
        task = await diary.come(priority, "late")
        with pytest.raises(WaitedTooLong) as waited:
            await task
        assert now() == 7 + PATIENCE[priority]
        assert waited.value.like(WaitedTooLong(priority.word, PATIENCE[priority], 1.0))
        assert signals.total("turns_timeouts_total", priority=priority.word) == 1
        await diary.come(priority, "next")
        await gate.answer(0)
        assert diary.names == ["next"]
        assert len(gate.asked) == 1

    run_virtually(story())


def test_patience_is_that_of_the_task() -> None:
    """A purchase waits half a minute, the rest five seconds; other numbers may be given."""
    assert dict(PATIENCE) == {CRITICAL: 30, HIGH: 15, NORMAL: 10, LOW: 5}

    async def story() -> None:
        patience = {CRITICAL: 1.0, HIGH: 2.0, NORMAL: 3.0, LOW: 4.0}
        turns = Turns(name="shop", admit=Gate(), patience_seconds=patience)
        with pytest.raises(WaitedTooLong):
            async with turns.turn(CRITICAL):
                pytest.fail("it was let in")
        assert now() == 1

    run_virtually(story())


@virtually
async def test_who_gave_up_is_told_when_to_come_again() -> None:
    """When the limit may be asked, where it said so."""
    turns = Turns(name="shop", admit=Beat(60))
    async with turns.turn(LOW):
        pass
    with pytest.raises(WaitedTooLong) as waited:
        async with turns.turn(LOW):
            pytest.fail("it was let in")
    assert waited.value.retry_after_seconds == 55
    assert str(waited.value) == "no turn of low priority within 5 s; try again in 55 s"


@virtually
async def test_as_many_are_inside_as_may_be() -> None:
    """The next one comes in when one leaves, whoever it is and however it ends."""
    beat = Beat(0)
    diary = Diary(Turns(name="shop", admit=beat, running_max=2))
    await diary.come(LOW, "a", stays=4)
    leaving = await diary.come(LOW, "b", stays=100)
    await diary.come(LOW, "c", stays=1)
    await diary.come(HIGH, "d", stays=1)
    assert diary.names == ["a", "b"]
    assert len(beat.asked_at) == 2  # nobody can come in, so nobody asks
    await asyncio.sleep(1)
    leaving.cancel()
    await diary.end()
    assert diary.told == [("a", 0), ("b", 0), ("d", 1), ("c", 2)]


@virtually
async def test_a_call_that_fails_ends_its_turn() -> None:
    """Its error comes out as it was."""
    turns = Turns(name="shop", admit=free, running_max=1)
    for _ in range(2):
        with pytest.raises(LimitAway):
            async with turns.turn(LOW):
                raise LimitAway(1)


@virtually
async def test_who_leaves_the_line_is_not_let_in() -> None:
    """The turn goes to the next; also when all of them leave in the same moment."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    tasks = [await diary.come(HIGH, name) for name in "abc"]
    tasks[0].cancel()
    gate.asked[-1].set_result(0)
    tasks[1].cancel()
    await settled()
    assert diary.names == ["c"]
    assert all(task.cancelled() for task in tasks[:2])


@frozen
class Interfering(MemorySignals):
    """Hears that somebody was let in, and acts before that somebody can."""

    act: Callable[[], object] = field(kw_only=True)

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """As the port says; the act comes right after."""
        super().observe(name, value, **labels)
        asyncio.get_running_loop().call_soon(self.act)


@virtually
async def test_a_turn_that_is_not_wanted_goes_to_the_next() -> None:
    """When its caller is cancelled between being let in and going in."""
    gate = Gate()
    signals = Interfering(act=lambda: diary.tasks[0].cancel())
    diary = Diary(Turns(name="shop", admit=gate, running_max=1, signals=signals))
    await diary.come(HIGH, "first")
    await diary.come(LOW, "second")
    await gate.answer(0)
    assert diary.tasks[0].cancelled()
    assert diary.names == ["second"]
    assert len(gate.asked) == 1


@virtually
async def test_a_turn_that_nobody_wants_is_lost() -> None:
    """The limit has counted it; those who come later ask again, and no room is taken by it."""
    gate = Gate()
    signals = Interfering(act=lambda: diary.tasks[1].cancel())
    diary = Diary(Turns(name="shop", admit=gate, running_max=1, signals=signals))
    task = await diary.come(HIGH, "leaves before it is let in")
    task.cancel()
    await gate.answer(0)
    await diary.come(HIGH, "leaves as it is let in")
    await gate.answer(0)
    assert all(task.cancelled() for task in diary.tasks)
    await diary.come(HIGH, "next")
    assert diary.names == []
    await gate.answer(0)
    assert diary.names == ["next"]


@virtually
async def test_who_leaves_as_its_time_ends_has_left() -> None:
    """It is not told that it waited too long, and nothing is counted."""
    signals = MemorySignals()
    diary = Diary(Turns(name="shop", admit=Gate(), signals=signals))
    loop = asyncio.get_running_loop()
    loop.call_at(PATIENCE[LOW], lambda: diary.tasks[0].cancel())
    task = await diary.come(LOW, "a")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == PATIENCE[LOW]
    assert signals.total("turns_timeouts_total") == 0


@virtually
async def test_who_is_cancelled_as_it_gives_up_is_cancelled() -> None:
    """Nobody else gets a turn for it."""
    diary = Diary(Turns(name="shop", admit=Gate(), running_max=1))
    task = await diary.come(LOW, "a")
    asyncio.get_running_loop().call_at(PATIENCE[LOW], lambda: task.cancel())
    await diary.come(CRITICAL, "b")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == PATIENCE[LOW]
    await settled()
    assert diary.names == []


@virtually
async def test_a_limit_that_fails_is_told_to_the_first_only() -> None:
    """The one it was asked for, whatever went wrong; for the others it is asked again."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    low, high = await diary.come(LOW, "low"), await diary.come(HIGH, "high")
    for task, failure in ((high, LimitAway(1)), (low, RuntimeError())):
        gate.asked[-1].set_exception(failure)
        await settled()
        assert task.exception() is failure
    await diary.come(LOW, "next")
    await gate.answer(0)
    assert diary.names == ["next"]


@virtually
async def test_a_limit_that_fails_when_everybody_has_left_is_told_to_nobody() -> None:
    """And the line works on."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    task = await diary.come(LOW, "a")
    task.cancel()
    await settled()
    gate.asked[-1].set_exception(LimitAway(1))
    await settled()
    await diary.come(LOW, "b")
    await gate.answer(0)
    assert diary.names == ["b"]


@virtually
async def test_a_limit_that_hangs_keeps_nobody_longer_than_its_patience() -> None:
    """Everybody gives up in time."""
    diary = Diary(Turns(name="shop", admit=Gate()))
    tasks = [await diary.come(priority, priority.word) for priority in Priority]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in done] == [WaitedTooLong] * 4
    assert now() == PATIENCE[CRITICAL]


@virtually
async def test_a_line_has_a_length() -> None:
    """One for each priority: a crowd of low ones keeps no purchase out."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate, waiting_max=2))
    for name in "ab":
        await diary.come(LOW, name)
    with pytest.raises(TooManyWaiting) as full:
        async with diary.turns.turn(LOW):
            pytest.fail("it was let in")
    assert full.value.like(TooManyWaiting(2))
    await diary.come(CRITICAL, "c")
    await gate.answer(0)
    await gate.answer(0)
    assert diary.names == ["c", "a"]
    await diary.come(LOW, "d")
    await gate.answer(0)
    await gate.answer(0)
    assert diary.names == ["c", "a", "b", "d"]


@virtually
async def test_it_tells_how_long_the_lines_are_and_how_long_one_waited() -> None:
    """For each priority, under the name of what is limited."""
    signals = MemorySignals()
    diary = Diary(Turns(name="shop", admit=Beat(2.5), signals=signals))

    def waiting(priority: Priority) -> float:
        return signals.gauges[
            "turns_waiting", frozenset({("name", "shop"), ("priority", priority.word)})
        ]

    for name in "abc":
        await diary.come(HIGH, name)
    await diary.come(LOW, "d")
    assert (waiting(HIGH), waiting(LOW)) == (2, 1)
    leaving = await diary.come(LOW, "e")
    assert waiting(LOW) == 2
    leaving.cancel()
    await diary.end()
    assert (waiting(HIGH), waiting(LOW)) == (0, 0)
    waited = {dict(labels)["priority"]: told for (_, labels), told in signals.observed.items()}
    assert waited == {"high": [0, 2.5, 5]}
    assert signals.total("turns_timeouts_total", priority="low") == 1


@virtually
async def test_when_everything_ends_nobody_is_left_behind() -> None:
    """Those who stand in a line that is torn down are cancelled."""
    gate = Gate()
    diary = Diary(Turns(name="shop", admit=gate))
    before = asyncio.all_tasks()
    for name in "ab":
        await diary.come(LOW, name)
    (theirs,) = asyncio.all_tasks() - before - set(diary.tasks)
    theirs.cancel()
    await settled()
    assert all(task.cancelled() for task in diary.tasks)
    await diary.come(LOW, "c")
    await gate.answer(0)
    assert diary.names == ["c"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ageing_seconds": 0}, "ageing_seconds"),
        ({"ageing_seconds": 5 / 3}, "low priority gives up"),
        ({"patience_seconds": dict(PATIENCE) | {HIGH: 1.0}}, "high priority gives up"),
        ({"patience_seconds": dict(PATIENCE) | {CRITICAL: 0.0}}, "critical priority gives up"),
    ],
    ids=str,
)
def test_numbers_are_checked(wrong: dict[str, Any], words: str) -> None:
    """Everybody comes to matter before giving up."""
    with pytest.raises(ValueError, match=words):
        Turns(name="shop", admit=free, **wrong)


@frozen
class Visit:
    """Somebody who comes once, and may be called away."""

    at: float
    priority: Priority
    stays: float
    leaves_after: float | None


NEVER = float("inf")


@define
class Fate:
    """What became of a visit."""

    visit: Visit
    came_at: float = -1
    let_in_at: float = NEVER
    ended: str = ""
    ended_at: float = -1


# Quarters are exact as floats, so that moments can be compared.
QUARTERS = st.integers(0, 40).map(lambda number: number / 4)
VISITS = st.lists(
    st.builds(
        Visit,
        at=QUARTERS,
        priority=st.sampled_from(Priority),
        stays=st.sampled_from([0, 0.25, 1, 3]),
        leaves_after=st.none() | QUARTERS,
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(
    visits=VISITS,
    beat_seconds=st.sampled_from([0.25, 0.5, 1.0, 2.0]),
    running_max=st.sampled_from([None, 1, 2]),
)
def test_any_traffic(visits: list[Visit], beat_seconds: float, running_max: int | None) -> None:
    """
    Nobody is let in faster than allowed, or beside too many; each is let in, gives up in time,
    or leaves; the one who matters most goes first; and no turn is lost while somebody waits.
    """
    beat, fates = Beat(beat_seconds), [Fate(visit) for visit in visits]
    order: list[Fate] = []

    async def attend(turns: Turns, fate: Fate) -> None:
        await asyncio.sleep(fate.visit.at)
        fate.came_at = now()
        try:
            async with asyncio.timeout(fate.visit.leaves_after):
                try:
                    async with turns.turn(fate.visit.priority):
                        fate.let_in_at = now()
                        order.append(fate)
                        await asyncio.sleep(fate.visit.stays)
                        fate.ended = "stayed"
                except WaitedTooLong:
                    fate.ended = "gave up"
        except TimeoutError:
            fate.ended = "left"
        fate.ended_at = now()

    async def story() -> None:
        turns = Turns(name="shop", admit=beat, running_max=running_max)
        async with asyncio.TaskGroup() as group:
            for fate in fates:
                group.create_task(attend(turns, fate))

    run_virtually(story())
    ends_are_as_said(fates)
    for one, other in pairwise(order):
        assert other.let_in_at - one.let_in_at >= beat_seconds
    for fate in order:
        at = fate.let_in_at
        inside = [other for other in order if other.let_in_at <= at < other.ended_at]
        assert running_max is None or len(inside) <= running_max
        for other in standing(fates, at):
            assert rank(fate, at) <= rank(other, at)
            assert other.visit.priority != fate.visit.priority or other.came_at >= fate.came_at
    for at in beat.admitted_at if running_max is None else ():
        due = at + beat_seconds
        assert due in beat.admitted_at or not standing(fates, due)


def ends_are_as_said(fates: list[Fate]) -> None:
    """Each visit ended in one of three ways, when it had to."""
    for fate in fates:
        waited = fate.ended_at - fate.came_at
        match fate.ended:
            case "stayed":
                assert fate.ended_at - fate.let_in_at == fate.visit.stays
            case "gave up":
                assert fate.let_in_at == NEVER
                assert waited == PATIENCE[fate.visit.priority]
            case _:
                assert waited == fate.visit.leaves_after


def standing(fates: list[Fate], at: float) -> list[Fate]:
    """Who stood in line before and after that moment."""
    return [fate for fate in fates if fate.came_at < at < min(fate.let_in_at, fate.ended_at)]


def rank(fate: Fate, at: float) -> int:
    """How much one matters at that moment."""
    return max(1, fate.visit.priority - int(at - fate.came_at))

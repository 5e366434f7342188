"""The worker: how often it does its chores, what it does about failures, and how it stops."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

import pytest
from attrs import define, field

from altyn.adapters.memory import ManualClock, MemoryStore, MemoryTasks
from altyn.core.bells import HandBell
from altyn.core.errors import Unavailable
from altyn.core.identifiers import TimeOrdered
from altyn.core.tasks import Claimed, Handling, Runner, Task, TaskId, TaskState
from altyn.entrypoints.testkit import VirtualLoop, run_virtually
from altyn.entrypoints.worker import Chore, Worker

DONE: Final = TaskState.DONE


@define
class Work:
    """Something to do that goes as it was told to, and notes when it was done."""

    fails: list[Exception] = field(factory=list)
    began: list[float] = field(factory=list)
    lasts_seconds: float = 0.0
    ended: int = 0

    async def __call__(self) -> int:
        self.began.append(now())
        if self.lasts_seconds:
            await asyncio.sleep(self.lasts_seconds)
        if self.fails:
            raise self.fails.pop(0)
        self.ended += 1
        return 1


class Busy(Unavailable):
    def __str__(self) -> str:
        return "busy"


def now() -> float:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return loop.time()


async def work(seconds: float, *chores: Callable[[], Awaitable[object]]) -> float:
    """Do these until somebody says stop so many seconds later; answers when they had stopped."""
    stopping = asyncio.Event()
    worker = Worker([Chore(f"chore {number}", each) for number, each in enumerate(chores)])
    async with worker.until(stopping):
        asyncio.get_running_loop().call_later(seconds, stopping.set)
    return now()


def test_every_second() -> None:
    """A chore begins at once, and again a second after it ended, until somebody says stop."""
    quick, slow = Work(), Work(lasts_seconds=2)
    assert run_virtually(work(4.5, quick, slow)) == 5  # the slow one was under way
    assert quick.began == [0, 1, 2, 3, 4]
    assert slow.began == [0, 3]
    assert slow.ended == 2


def test_a_chore_that_hangs_delays_no_other() -> None:
    """They are done side by side."""
    hangs, other = Work(lasts_seconds=1000), Work()
    run_virtually(work(3.5, hangs, other))
    assert (hangs.began, other.began) == ([0], [0, 1, 2, 3])


def test_what_is_under_way_is_finished(caplog: pytest.LogCaptureFixture) -> None:
    """Not for ever: five seconds after the word it is cut off."""
    within, beyond = Work(lasts_seconds=4.9), Work(lasts_seconds=6.1)
    assert run_virtually(work(1, within, beyond)) == 6
    assert (within.ended, beyond.ended) == (1, 0)
    assert len(within.began) == len(beyond.began) == 1
    assert caplog.records == []


def test_failures_are_put_off_longer_and_longer() -> None:
    """After 2, 4, 8 seconds and so on, a minute at most; what works again is done every second."""
    fails = Work(fails=[Busy() for _ in range(8)])
    run_virtually(work(248.5, fails))
    assert fails.began == [0, 2, 6, 14, 30, 62, 122, 182, 242, 243, 244, 245, 246, 247, 248]


def test_many_failures() -> None:
    """It never gives up, however long that lasts."""
    fails = Work(fails=[Busy() for _ in range(2000)])
    run_virtually(work(2000 * 60 + 100, fails))
    assert fails.fails == []
    assert fails.ended > 0


def test_a_failure_is_told_once_a_change(caplog: pytest.LogCaptureFixture) -> None:
    """The log says what is wrong, what else is wrong, and that it works again; not more."""
    mistake = ZeroDivisionError("oh")
    fails = Work(fails=[Busy(), Busy(), mistake, mistake, Busy()])
    fine = Work()
    run_virtually(work(100.5, fails, fine))
    assert [record.getMessage() for record in caplog.records] == [
        "chore 0 failed, and is tried again: busy",
        "chore 0 failed, and is tried again: a mistake inside Altyn: ZeroDivisionError: oh",
        "chore 0 failed, and is tried again: busy",
        "chore 0 works again",
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, False, False]
    assert len(fine.began) == 101


def test_waits_are_short_again_after_it_worked() -> None:
    """A new failure begins with two seconds."""
    fails = Work(fails=[Busy(), Busy()])

    async def every_third() -> None:
        if len(fails.began) == 2:
            fails.began.append(now())
            fails.fails.append(Busy())
        else:
            await fails()

    run_virtually(work(12.5, every_third))
    assert fails.began == [0, 2, 6, 7, 9, 10, 11, 12]


def test_a_bell_hastens_a_chore() -> None:
    """It is done as soon as that rings, once more for all that came meanwhile, and else as ever."""
    bell, rung = HandBell(), Work(lasts_seconds=0.1)

    async def story() -> float:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        for moment in (0.05, 0.4, 0.405, 3):
            loop.call_later(moment, bell.ring)
        async with Worker([Chore("rung", rung, bell=bell)]).until(stopping):
            loop.call_later(3.5, stopping.set)
        return now()

    assert run_virtually(story()) == 3.5
    steps = [0, 0.12, 0.4, 0.52, 1.64, 2.76, 3]
    assert [round(each, 2) for each in rung.began] == steps


def test_a_bell_does_not_hasten_what_fails() -> None:
    """It is put off as ever: what rings is no reason to believe that it works again."""
    bell, fails = HandBell(), Work(fails=[Busy()])

    async def story() -> None:
        loop, stopping = asyncio.get_running_loop(), asyncio.Event()
        loop.call_later(0.5, bell.ring)
        async with Worker([Chore("fails", fails, bell=bell)]).until(stopping):
            loop.call_later(2.5, stopping.set)

    run_virtually(story())
    assert [round(each, 2) for each in fails.began] == [0, 2, 2.02]


def test_whoever_leaves_by_an_error_takes_it_along() -> None:
    """The worker ends with those beside it, and tells them."""

    async def story() -> tuple[bool, float]:
        stopping = asyncio.Event()
        with pytest.raises(Busy):
            async with Worker([Chore("one", Work())]).until(stopping):
                raise Busy
        return stopping.is_set(), now()

    assert run_virtually(story()) == (True, 0)


def test_tasks_are_done_beside_chores() -> None:
    """Until somebody says stop; what is under way then has as long as chores have, and no less."""

    async def story() -> tuple[float, list[float]]:
        loop = asyncio.get_running_loop()
        began: list[float] = []

        async def do(_: Claimed) -> None:
            began.append(now())
            await asyncio.sleep(4.5)

        clock = ManualClock()
        tasks = MemoryTasks(MemoryStore(), clock)
        await tasks.enqueue([Task(id=TaskId(uuid4()), kind="tell")])
        runner = Runner(
            tasks=tasks,
            bell=tasks.bell,
            identifiers=TimeOrdered(clock),
            handlings=[Handling(kind="tell", do=do)],
        )
        stopping = asyncio.Event()
        chore = Work(lasts_seconds=100)
        async with Worker([Chore("chore", chore)], runner).until(stopping):
            loop.call_later(1, stopping.set)
        assert (chore.began, [each.state for each in await tasks.look(DONE, None, 9)]) == (
            [0],
            [DONE],
        )
        return now(), began

    assert run_virtually(story()) == (6, [0])


def test_nothing_to_do() -> None:
    """It waits for the word all the same."""
    assert run_virtually(work(7)) == 7

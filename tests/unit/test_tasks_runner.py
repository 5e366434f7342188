"""The runner: which tasks it does when, what it does about failures, and how it stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field

from altyn.adapters.memory import MemorySignals, MemoryStore, MemoryTasks
from altyn.core.errors import Refused, Unavailable
from altyn.core.identifiers import TimeOrdered
from altyn.core.tasks import (
    Claimed,
    ClaimId,
    Ending,
    Handling,
    Runner,
    Task,
    TaskId,
    Tasks,
    TaskState,
    finish,
)
from altyn.entrypoints.testkit import VirtualLoop, run_virtually

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def now() -> float:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    return round(loop.time(), 6)


class LoopClock:
    """Noon, and as much later as the loop says."""

    def now(self) -> datetime:
        return NOON + timedelta(seconds=now())


class Closed(Unavailable):
    def __str__(self) -> str:
        return "closed"


class Never(Refused):
    def __str__(self) -> str:
        return "never"


@define
class Faulty:
    """Tasks whose keeper can be told to fail, or to take long."""

    tasks: MemoryTasks
    fails: dict[str, Exception] = field(factory=dict)
    slow: dict[str, float] = field(factory=dict)
    asked: list[tuple[str, float]] = field(factory=list)

    async def _meet(self, name: str) -> None:
        self.asked.append((name, now()))
        if name in self.slow:
            await asyncio.sleep(self.slow[name])
        if name in self.fails:
            raise self.fails[name]

    async def claim(
        self, claim: ClaimId, wanted: Mapping[str, int], lease_seconds: float
    ) -> Sequence[Claimed]:
        await self._meet("claim")
        return await self.tasks.claim(claim, wanted, lease_seconds)

    async def extend(self, held: Sequence[Claimed], lease_seconds: float) -> Sequence[bool]:
        await self._meet("extend")
        return await self.tasks.extend(held, lease_seconds)

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        await self._meet("end")
        return await self.tasks.end(endings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.tasks, name)


@define
class House:
    """A runner over tasks in memory, in a time that takes none."""

    do: Callable[[Claimed], Awaitable[object]]
    handlings: Sequence[Handling] = ()
    signals: MemorySignals = field(factory=MemorySignals)
    keeper: Faulty = field(factory=lambda: Faulty(MemoryTasks(MemoryStore(), LoopClock())))
    stopping: asyncio.Event = field(factory=asyncio.Event)
    numbers: int = 0

    @property
    def tasks(self) -> Tasks:
        return self.keeper

    def runner(self, keeper: Faulty | None = None, **other: Any) -> Runner:
        return Runner(
            tasks=keeper or self.keeper,
            bell=self.keeper.tasks.bell,
            identifiers=TimeOrdered(LoopClock()),
            handlings=self.handlings or [Handling(kind="tell", do=self.do)],
            signals=self.signals,
            random=Random(1),
            **other,
        )

    async def add(self, kind: str = "tell", seconds: float | None = None) -> TaskId:
        """A new task, due after so long."""
        self.numbers += 1
        task = Task(id=TaskId(UUID(int=self.numbers)), kind=kind)
        due = None if seconds is None else LoopClock().now() + timedelta(seconds=seconds)
        await self.tasks.enqueue([task], due)
        return task.id

    async def state(self, id: TaskId) -> TaskState:
        return (await self.tasks.get(id)).state

    async def run(self, seconds: float, *runners: Runner) -> float:
        """Run for so long; answers when it had stopped."""
        asyncio.get_running_loop().call_later(seconds, self.stopping.set)
        async with asyncio.TaskGroup() as group:
            for each in runners or (self.runner(),):
                group.create_task(self._until(each))
        return now()

    async def _until(self, runner: Runner) -> None:
        async with runner.until(self.stopping):
            pass

    def ended(self, how: str) -> int:
        return self.signals.total("tasks_ended_total", how=how)


@define
class Work:
    """What is done for a task, as it was told to go."""

    fails: list[Exception] = field(factory=list)
    lasts_seconds: float = 0.0
    began: list[float] = field(factory=list)
    attempts: list[int] = field(factory=list)
    ended: list[float] = field(factory=list)
    cut: list[float] = field(factory=list)
    together: int = 0
    together_max: int = 0

    async def __call__(self, claimed: Claimed) -> None:
        self.began.append(now())
        self.attempts.append(claimed.attempt)
        self.together += 1
        self.together_max = max(self.together_max, self.together)
        try:
            await asyncio.sleep(self.lasts_seconds)
        except asyncio.CancelledError:
            self.cut.append(now())
            raise
        finally:
            self.together -= 1
        if self.fails:
            raise self.fails.pop(0)
        self.ended.append(now())


def virtually(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run_virtually(story())


def test_what_is_due_is_done() -> None:
    """What waits at the start at once, what comes later when the bell rings, each once."""

    async def story() -> None:
        house = House(work := Work())
        ids = [await house.add(), await house.add()]

        async def later() -> None:
            await asyncio.sleep(5.3)
            ids.append(await house.add())

        adding = asyncio.create_task(later())
        assert await house.run(20) == 20
        await adding
        assert work.began == [0, 0, 5.3]
        assert [await house.state(id) for id in ids] == [TaskState.DONE] * 3
        assert house.ended("done") == 3

    virtually(story)


def test_what_becomes_due_is_found_by_looking() -> None:
    """Within a second, though no bell rings for it."""

    async def story() -> None:
        house = House(work := Work())
        await house.add(seconds=7.5)
        await house.run(20)
        (began,) = work.began
        assert 7.5 <= began <= 8.5

    virtually(story)


def test_so_many_are_done_side_by_side() -> None:
    """As many of a kind as its handling allows; when one is done the next begins at once."""

    async def story() -> None:
        work = Work(lasts_seconds=2)
        house = House(work, [Handling(kind="tell", do=work, at_once=3)])
        for _ in range(7):
            await house.add()
        await house.run(20)
        assert work.began == [0, 0, 0, 2, 2, 2, 4]
        assert work.together_max == 3

    virtually(story)


def test_what_frees_while_others_are_claimed_is_used() -> None:
    """Places that become free one by one, also while a claim is under way, are filled at once."""

    async def story() -> None:
        lasting = iter((1.0, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5))
        began: list[float] = []

        async def do(_: Claimed) -> None:
            began.append(now())
            await asyncio.sleep(next(lasting))

        house = House(do, [Handling(kind="tell", do=do, at_once=3)])
        house.keeper.slow["claim"] = 0.07
        for _ in range(7):
            await house.add()
        await house.run(20, house.runner(poll_seconds=1000))
        assert len(began) == 7
        assert max(began) < 3

    virtually(story)


def test_a_kind_that_hangs_holds_up_no_other() -> None:
    """Each has places of its own."""

    async def story() -> None:
        hangs, work = Work(lasts_seconds=50), Work()
        house = House(
            work,
            [Handling(kind="hang", do=hangs, at_once=2), Handling(kind="tell", do=work)],
        )
        for _ in range(9):
            await house.add("hang")
        for _ in range(9):
            await house.add("tell")
        await house.run(10)
        assert len(hangs.began) == 2
        assert work.began == [0] * 9

    virtually(story)


def test_tasks_of_unknown_kinds_are_left_for_others() -> None:
    """A runner that does not know how to do them does not claim them."""

    async def story() -> None:
        house = House(Work())
        id = await house.add("riddle")
        await house.run(3)
        assert await house.state(id) is TaskState.WAITING

    virtually(story)


def test_what_fails_is_tried_again() -> None:
    """After its waits, until it works; a mistake of ours is logged, and is no reason to give up."""

    async def story() -> None:
        house = House(work := Work(fails=[Closed(), ZeroDivisionError("oh"), Closed()]))
        id = await house.add()
        await house.run(200)
        assert work.attempts == [1, 2, 3, 4]
        gaps = [round(b - a) for a, b in zip(work.began, work.began[1:], strict=False)]
        assert [1 <= gaps[0] <= 3, 5 <= gaps[1] <= 7, 30 <= gaps[2] <= 38] == [True] * 3
        assert await house.state(id) is TaskState.DONE
        assert (house.ended("waiting"), house.ended("done")) == (3, 1)

    virtually(story)


def test_a_mistake_says_nothing_of_what_it_knew(caplog: pytest.LogCaptureFixture) -> None:
    """What is kept of it is its class; the log has the rest."""

    async def story() -> None:
        house = House(Work(fails=[ValueError("the phrase is abandon abandon")]))
        id = await house.add()
        await house.run(0.5)
        kept = await house.tasks.get(id)
        assert kept.told == "a mistake inside Altyn: ValueError"

    virtually(story)
    assert any(record.exc_info for record in caplog.records)


def test_what_is_refused_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    """At once, loudly; replayed by a person, it is done."""

    async def story() -> None:
        house = House(work := Work(fails=[Never()]))
        id = await house.add()
        asyncio.get_running_loop().call_later(
            5, lambda: replaying.append(asyncio.create_task(house.tasks.replay(id)))
        )
        replaying: list[asyncio.Task[None]] = []
        await house.run(10)
        assert (work.began, work.attempts) == ([0, 5], [1, 1])
        assert (house.ended("dead"), house.ended("done")) == (1, 1)

    virtually(story)
    (told,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert told.getMessage().endswith("was given up: never")


def test_what_takes_too_long_is_broken_off() -> None:
    """And tried again: a handler that hangs does not hang for ever."""

    async def story() -> None:
        work = Work(lasts_seconds=1000)
        house = House(work, [Handling(kind="tell", do=work, seconds_max=25)])
        id = await house.add()
        await house.run(26, house.runner(grace_seconds=0))
        assert work.cut[0] == 25
        assert (await house.tasks.get(id)).told == "it took longer than 25 s"

    virtually(story)


def test_a_timeout_of_the_handlers_own_is_no_lost_lease() -> None:
    """It is a failure like any other."""

    async def story() -> None:
        house = House(Work(fails=[TimeoutError()]))
        await house.add()
        await house.run(0.5)
        assert (house.ended("waiting"), house.ended("lost")) == (1, 0)

    virtually(story)


def test_what_killed_its_workers_is_not_begun_again() -> None:
    """A task that was begun as often as it may be is given up before it kills another one."""

    async def story() -> None:
        work = Work()
        house = House(work, [Handling(kind="tell", do=work, waits_seconds=(1,))])
        id = await house.add()
        for _ in range(2):  # whoever claimed it died
            await house.tasks.claim(ClaimId(UUID(int=9)), {"tell": 1}, 0)
        await house.run(2)
        assert (work.began, await house.state(id)) == ([], TaskState.DEAD)

    virtually(story)


def test_leases_are_extended() -> None:
    """However long it takes, nobody else gets it meanwhile."""

    async def story() -> None:
        house = House(work := Work(lasts_seconds=55))
        await house.add()
        await house.run(60, house.runner(), house.runner())
        assert (work.began, work.ended) == ([0], [55])

    virtually(story)


@pytest.mark.parametrize("away", [Closed(), ZeroDivisionError("oh")])
def test_who_cannot_extend_leaves_off_in_time(
    away: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Before the lease is over by anybody's clock; then somebody else does it anew."""

    async def story() -> None:
        house = House(work := Work(lasts_seconds=25))
        await house.add()
        cut_off = Faulty(house.keeper.tasks, fails={"extend": away})
        first = house.runner(cut_off)
        second = house.runner()

        async def join() -> None:
            await asyncio.sleep(0.5)
            await house.run(60, second)

        joining = asyncio.create_task(join())
        await house._until(first)
        await joining
        assert work.cut[0] == 9
        assert 10 <= work.began[1] <= 11.5
        assert work.together_max == 1
        assert house.ended("lost") >= 1

    virtually(story)
    assert any("was lost with its lease" in each.getMessage() for each in caplog.records)


def test_who_has_lost_the_task_leaves_off() -> None:
    """As soon as he hears that somebody else has it."""

    async def story() -> None:
        house = House(work := Work(lasts_seconds=9))
        await house.add()

        async def steal() -> None:
            await asyncio.sleep(1)
            kept = await house.tasks.look(TaskState.CLAIMED, None, 1)
            row = house.keeper.tasks._rows[kept[0].task.id]
            assert row.claim is not None
            thief = Claimed(task=kept[0].task, claim=row.claim, attempt=1, late_seconds=0)
            await house.tasks.extend([thief], 0)
            await house.tasks.claim(ClaimId(UUID(int=9)), {"tell": 1}, 600)

        stealing = asyncio.create_task(steal())
        await house.run(20)
        await stealing
        assert (work.cut, work.ended) == ([2.5], [])
        assert house.ended("lost") == 1

    virtually(story)


def test_a_handler_may_say_itself_that_it_is_done() -> None:
    """Together with what it wrote; the runner hears that it was said."""

    async def story() -> None:
        async def do(claimed: Claimed) -> None:
            async with house.keeper.tasks.store():
                await finish(house.tasks, claimed)

        house = House(do)
        id = await house.add()
        await house.run(3)
        assert await house.state(id) is TaskState.DONE
        assert (house.ended("done"), house.ended("lost")) == (1, 0)

    virtually(story)


def test_what_was_done_is_said_again_until_it_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    """While the database is away; the log says once what is wrong."""

    async def story() -> None:
        house = House(work := Work())
        id = await house.add()
        house.keeper.fails["end"] = Closed()
        asyncio.get_running_loop().call_later(1, house.keeper.fails.clear)
        await house.run(8)
        assert await house.state(id) is TaskState.DONE
        assert work.attempts == [1]

    virtually(story)
    assert [each.getMessage() for each in caplog.records] == ["tasks have to wait: closed"]


def test_what_cannot_be_said_is_done_again() -> None:
    """Whoever gave up saying it has lost it; after its lease it is done anew."""

    async def story() -> None:
        house = House(work := Work())
        id = await house.add()
        house.keeper.fails["end"] = Closed()
        asyncio.get_running_loop().call_later(7, house.keeper.fails.clear)
        await house.run(25)
        assert await house.state(id) is TaskState.DONE
        assert work.attempts == [1, 2]
        assert (house.ended("lost"), house.ended("done")) == (1, 1)

    virtually(story)


def test_tasks_wait_while_nobody_can_be_asked(caplog: pytest.LogCaptureFixture) -> None:
    """The runner goes on looking every second, and does them when it can."""

    async def story() -> None:
        house = House(work := Work())
        house.keeper.fails["claim"] = Closed()
        await house.add()
        asyncio.get_running_loop().call_later(5.5, house.keeper.fails.clear)
        await house.run(10)
        assert work.began == [6]

    virtually(story)
    assert len(caplog.records) == 1


def test_what_is_under_way_is_finished() -> None:
    """Nothing new is begun after the word, and the runner stops as soon as all is done."""

    async def story() -> None:
        work = Work(lasts_seconds=4)
        house = House(work, [Handling(kind="tell", do=work, at_once=1)])
        ids = [await house.add(), await house.add()]
        assert await house.run(1) == 4
        assert work.ended == [4]
        assert [await house.state(id) for id in ids] == [TaskState.DONE, TaskState.WAITING]

    virtually(story)


def test_what_is_cut_off_is_given_back() -> None:
    """Five seconds after the word; others need not wait for the lease."""

    async def story() -> None:
        house = House(work := Work(lasts_seconds=60))
        id = await house.add()
        assert await house.run(1) == 6
        kept = await house.tasks.get(id)
        assert (kept.state, kept.told) == (TaskState.WAITING, "its worker was stopped")
        assert kept.at == NOON + timedelta(seconds=6)
        assert work.cut == [6]

    virtually(story)


def test_who_cannot_give_back_stops_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    """Two seconds later; then the lease has to end by itself."""

    async def story() -> None:
        house = House(Work(lasts_seconds=60))
        id = await house.add()
        house.keeper.slow["end"] = 100
        assert await house.run(1) == 8
        assert await house.state(id) is TaskState.CLAIMED

    virtually(story)
    assert caplog.records[-1].getMessage() == "1 tasks are done again after their leases"


def test_whoever_leaves_by_an_error_takes_it_along() -> None:
    """The runner ends with those beside it."""

    async def story() -> None:
        house = House(Work())
        with pytest.raises(Closed):
            async with house.runner().until(house.stopping):
                raise Closed
        assert house.stopping.is_set()

    virtually(story)


def test_numbers_are_told() -> None:
    """How late each was begun, and how long it took."""

    async def story() -> None:
        house = House(Work(lasts_seconds=2))
        await house.add(seconds=-3)
        await house.run(3)
        kind = frozenset({("kind", "tell")})
        assert house.signals.observed["task_late_seconds", kind] == [3]
        assert house.signals.observed["task_seconds", kind] == [2]

    virtually(story)

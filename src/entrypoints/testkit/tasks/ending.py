"""Tasks end: as their holder says, and only while he is their holder."""

from datetime import timedelta
from uuid import uuid4

import pytest
from attrs import evolve

from ....core.tasks import (
    ClaimId,
    ClaimLost,
    TaskId,
    TaskMissing,
    TaskNotDead,
    Tasks,
    TaskState,
    finish,
)
from ....core.transaction import Transaction
from ..cache import Passing
from ..stumbling import undone
from .ground import LEASE_SECONDS, Ground, claimed, one, task


class Ending(Ground):
    """What becomes of tasks."""

    async def test_what_is_done_is_not_done_again(
        self, tasks: Tasks, other: Tasks, passing: Passing
    ) -> None:
        """However long ago that was."""
        await tasks.enqueue([first := task()])
        held = await one(tasks)
        assert list(await tasks.end([held.done()])) == [True]
        await passing(LEASE_SECONDS + 1)
        assert await claimed(other) == []
        kept = await other.get(first.id)
        assert (kept.state, kept.attempts, kept.told) == (TaskState.DONE, 1, "")

    async def test_what_is_put_off_waits(
        self, tasks: Tasks, other: Tasks, passing: Passing
    ) -> None:
        """So long from now; it is told why, and its next attempt is counted."""
        await tasks.enqueue([first := task()])
        held = await one(tasks)
        assert list(await tasks.end([held.put_off(300, "the shop\nis closed")])) == [True]
        assert await claimed(other) == []
        kept = await other.get(first.id)
        assert (kept.state, kept.told) == (TaskState.WAITING, "the shop is closed")
        await passing(301)
        again = await one(other)
        assert again.attempt == 2
        assert 0 <= again.late_seconds < 200
        await other.end([again.put_off(0)])
        assert (await one(tasks)).attempt == 3

    async def test_what_is_dead_waits_for_a_person(
        self, tasks: Tasks, other: Tasks, passing: Passing
    ) -> None:
        """Nobody gets it; replayed it is due at once, with its attempts before it."""
        await tasks.enqueue([first := task(order=1)])
        held = await one(tasks)
        assert list(await tasks.end([held.dead("no such shop")])) == [True]
        await passing(LEASE_SECONDS + 1)
        assert await claimed(other) == []
        kept = await other.get(first.id)
        assert (kept.state, kept.attempts) == (TaskState.DEAD, 1)
        assert kept.told == "no such shop"
        await other.replay(first.id)
        kept = await tasks.get(first.id)
        assert (kept.state, kept.attempts, kept.told) == (TaskState.WAITING, 0, "")
        again = await one(tasks)
        assert (again.task, again.attempt) == (first, 1)
        assert list(await tasks.end([held.done(), again.done()])) == [False, True]

    async def test_only_the_dead_are_replayed(self, tasks: Tasks) -> None:
        """One that waits, is claimed or done is left as it is; an unknown one is missing."""
        await tasks.enqueue([first := task()])
        held = None
        for state in (TaskState.WAITING, TaskState.CLAIMED, TaskState.DONE):
            if state is TaskState.CLAIMED:
                held = await one(tasks)
            if state is TaskState.DONE and held is not None:
                await tasks.end([held.done()])
            before = await tasks.get(first.id)
            with pytest.raises(TaskNotDead) as refused:
                await tasks.replay(first.id)
            assert refused.value.like(TaskNotDead(first.id, state.value))
            assert await tasks.get(first.id) == before
        unknown = TaskId(uuid4())
        for question in (tasks.replay, tasks.get):
            with pytest.raises(TaskMissing) as missing:
                await question(unknown)
            assert missing.value.task == unknown

    async def test_who_has_lost_the_task_says_nothing_of_it(
        self, tasks: Tasks, other: Tasks, passing: Passing
    ) -> None:
        """Whatever he says is not kept; what others say together with it is."""
        await tasks.enqueue([task(), task("ask")])
        lost, asked = await one(tasks, seconds=60), await one(tasks, "ask")
        await passing(61)
        taken = await one(other)
        for said in (lost.done(), lost.put_off(0), lost.dead("no")):
            before = await other.get(lost.task.id)
            assert list(await tasks.end([said])) == [False]
            assert await other.get(lost.task.id) == before
        assert list(await tasks.end([lost.done(), asked.done()])) == [False, True]
        assert list(await other.end([taken.done()])) == [True]

    async def test_a_lease_that_is_over_does_no_harm(self, tasks: Tasks, passing: Passing) -> None:
        """As long as nobody else has claimed the task, its holder may say what became of it."""
        await tasks.enqueue([task()])
        held = await one(tasks, seconds=60)
        await passing(61)
        assert list(await tasks.end([held.done()])) == [True]
        assert await claimed(tasks) == []

    async def test_the_same_may_be_said_again(self, tasks: Tasks, passing: Passing) -> None:
        """An answer that got lost is asked for again; another word about it comes too late."""
        await tasks.enqueue([task() for _ in range(3)])
        done, off, dead = await claimed(tasks)
        said = [done.done(), off.put_off(60, "later"), dead.dead("no")]
        assert list(await tasks.end([])) == []
        assert list(await tasks.end(said)) == [True, True, True]
        before = [await tasks.get(each.task.id) for each in (done, off, dead)]
        await passing(30)
        moved = [await tasks.get(each.task.id) for each in (done, off, dead)]
        assert list(await tasks.end([said[0], off.put_off(900), said[2]])) == [True, True, True]
        assert list(await tasks.end([done.dead("no"), dead.done(), off.done()])) == [False] * 3
        assert [await tasks.get(each.task.id) for each in (done, off, dead)] == moved
        assert [each.state for each in moved] == [each.state for each in before]

    async def test_nothing_is_said_of_what_was_never_claimed(self, tasks: Tasks) -> None:
        """Nor under somebody's claim of something else."""
        await tasks.enqueue([task(), task("ask")])
        held = await one(tasks)
        (waiting,) = await tasks.look(TaskState.WAITING, None, 10)
        forged = evolve(held.done(), id=waiting.task.id)
        unknown = evolve(held.done(), id=TaskId(uuid4()))
        another = evolve(held.done(), claim=ClaimId(uuid4()))
        said = [forged, unknown, another, held.done()]
        assert list(await tasks.end(said)) == [False, False, False, True]
        assert (await tasks.get(waiting.task.id)).state is TaskState.WAITING

    async def test_the_end_comes_with_the_transaction(
        self, tasks: Tasks, other: Tasks, transaction: Transaction
    ) -> None:
        """It is done if and only if that commits."""
        await tasks.enqueue([first := task()])
        held = await one(tasks)
        async with undone(transaction):
            await finish(tasks, held)
        assert (await other.get(first.id)).state is TaskState.CLAIMED
        async with transaction():
            await finish(tasks, held)
        assert (await other.get(first.id)).state is TaskState.DONE

    async def test_whoever_lost_the_task_writes_nothing(
        self, tasks: Tasks, other: Tasks, transaction: Transaction, passing: Passing
    ) -> None:
        """What he wrote in the transaction in which he says that it is done is undone."""
        await tasks.enqueue([task()])
        lost = await one(tasks, seconds=60)
        await passing(61)
        await one(other)
        effect = task("effect")

        async def story() -> None:
            async with transaction():
                await tasks.enqueue([effect])
                await finish(tasks, lost)

        with pytest.raises(ClaimLost) as refused:
            await story()
        assert refused.value.task == lost.task.id
        with pytest.raises(TaskMissing):
            await tasks.get(effect.id)

    async def test_done_tasks_are_forgotten_after_a_while(
        self, tasks: Tasks, passing: Passing
    ) -> None:
        """Those that were done before a moment, the oldest first; all others stay."""
        lot = [task(order=number) for number in range(4)]
        await tasks.enqueue(lot)
        await tasks.enqueue([waits := task("ask")])
        held = sorted(await claimed(tasks), key=lambda each: int(each.task.facts["order"] or 0))
        for each in held[:3]:
            await tasks.end([each.done()])
            await passing(60)
        await tasks.end([held[3].dead("no")])
        limit = (await tasks.get(lot[2].id)).at
        assert await tasks.forget(limit, 1) == 1
        with pytest.raises(TaskMissing):
            await tasks.get(lot[0].id)
        assert await tasks.forget(limit, 10) == 1
        assert await tasks.forget(limit, 10) == 0
        assert await tasks.forget(limit + timedelta(days=9), 10) == 1
        assert (await tasks.get(lot[3].id)).state is TaskState.DEAD
        assert (await tasks.get(waits.id)).state is TaskState.WAITING

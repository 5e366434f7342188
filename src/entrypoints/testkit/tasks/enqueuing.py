"""Tasks come: with their transaction, once for each id."""

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from ....core.clock import ZoneMissing
from ....core.tasks import Task, TaskReused, Tasks, TaskState
from ....core.transaction import Transaction
from ..cache import Passing
from ..stumbling import undone
from .ground import FAR, LONG_AGO, Ground, claimed, one, task


class Enqueuing(Ground):
    """How tasks are kept."""

    async def test_nothing_is_due_at_first(self, tasks: Tasks) -> None:
        """Nor after enqueuing nothing."""
        await tasks.enqueue([])
        assert await claimed(tasks) == []
        assert list(await tasks.backlog()) == []

    async def test_a_task_is_kept_as_it_was(self, tasks: Tasks, other: Tasks) -> None:
        """Facts come back: words, numbers of 64 bits, yes and no, nothing."""
        told = task(
            "tell_2",
            text='«кружка» "it\'s" \\ 🪙\n',
            empty="",
            many=2**63 - 1,
            few=-(2**63 - 1),
            one=1,
            yes=True,
            no=False,
            nothing=None,
        )
        await tasks.enqueue([told], LONG_AGO)
        kept = await other.get(told.id)
        assert (kept.task, kept.state, kept.at) == (told, TaskState.WAITING, LONG_AGO)
        assert (kept.attempts, kept.told) == (0, "")
        got = await one(other, "tell_2")
        assert got.task == told
        types = {name: type(fact) for name, fact in got.task.facts.items()}
        assert types == {name: type(fact) for name, fact in told.facts.items()}

    async def test_a_known_task_is_not_kept_twice(self, tasks: Tasks, other: Tasks) -> None:
        """In one list, later, while it is claimed, and after it ended; the first moment holds."""
        first = task(order=7)
        await tasks.enqueue([first, first], LONG_AGO)
        await other.enqueue([first], FAR)
        held = await one(tasks)
        await tasks.enqueue([first])
        assert await claimed(other) == []
        assert list(await tasks.end([held.done()])) == [True]
        await other.enqueue([first])
        assert await claimed(tasks) == []
        assert (await tasks.get(first.id)).state is TaskState.DONE

    @pytest.mark.parametrize(("kind", "order"), [("tell", 8), ("tell", True), ("ask", 1)])
    async def test_an_id_stands_for_one_task(self, tasks: Tasks, kind: str, order: int) -> None:
        """Another kind or other facts are refused, and nothing that came with them is kept."""
        first = task(order=1)
        reused = Task(id=first.id, kind=kind, facts={"order": order})
        beside = task("ask")
        await tasks.enqueue([first])
        for lot in ([beside, reused], [reused, beside]):
            with pytest.raises(TaskReused) as refused:
                await tasks.enqueue(lot)
            assert refused.value.task == first.id
        with pytest.raises(TaskReused):
            await tasks.enqueue([task(), fresh := task(order=2), evolve(fresh, facts={})])
        assert await claimed(tasks, kind="ask") == []
        assert (await one(tasks)).task == first

    async def test_facts_are_the_same_in_any_order(self, tasks: Tasks) -> None:
        """What was written first says nothing."""
        first = task(a=1, b="2")
        await tasks.enqueue([first])
        await tasks.enqueue([evolve(first, facts={"b": "2", "a": 1})])

    async def test_tasks_come_with_the_transaction(
        self, tasks: Tasks, other: Tasks, transaction: Transaction
    ) -> None:
        """When it commits they can be claimed, when it is undone they never were."""
        undone_task, kept = task(order=1), task()
        async with undone(transaction):
            await tasks.enqueue([undone_task])
        async with transaction():
            await tasks.enqueue([kept])
        assert (await one(other)).task.id == kept.id
        await tasks.enqueue([evolve(undone_task, facts={})])  # its id is free
        assert (await one(tasks)).task.id == undone_task.id

    async def test_nobody_gets_what_may_be_undone(
        self, tasks: Tasks, transaction: Transaction
    ) -> None:
        """Another one who claims meanwhile does not get the task."""
        async with undone(transaction):
            await tasks.enqueue([task()])
            asked = asyncio.create_task(claimed(tasks))
            await asyncio.wait([asked], timeout=0.05)
        assert await asked == []

    async def test_a_refusal_leaves_the_transaction_alone(
        self, tasks: Tasks, transaction: Transaction
    ) -> None:
        """Whoever can live with it goes on, and what he wrote is kept."""
        first, second = task(order=1), task()
        await tasks.enqueue([first])
        async with transaction():
            with pytest.raises(TaskReused):
                await tasks.enqueue([evolve(first, facts={})])
            await tasks.enqueue([second])
        assert {each.task.id for each in await claimed(tasks)} == {first.id, second.id}

    async def test_many_may_enqueue_at_once(self, tasks: Tasks, other: Tasks) -> None:
        """In whatever order each names them: every task is kept once."""
        shared = [task(order=number) for number in range(6)]
        async with asyncio.TaskGroup() as group:
            for turn in range(8):
                lot = shared[turn % 6 :] + shared[: turn % 6]
                group.create_task((tasks, other)[turn % 2].enqueue(lot if turn % 3 else lot[::-1]))
        got = await claimed(tasks, 100)
        assert sorted(each.task.id for each in got) == sorted(each.id for each in shared)

    async def test_a_task_waits_for_its_moment(self, tasks: Tasks, passing: Passing) -> None:
        """Nobody gets it before."""
        await tasks.enqueue([first := task()])
        now = (await tasks.get(first.id)).at
        await tasks.enqueue([later := task("ask")], now + timedelta(hours=2))
        assert (await one(tasks)).task.id == first.id
        await passing(3600)
        assert await claimed(tasks, kind="ask") == []
        await passing(3600.001)
        assert (await one(tasks, "ask")).task.id == later.id

    async def test_a_moment_without_a_zone_is_refused(self, tasks: Tasks) -> None:
        """It means different things to different readers."""
        with pytest.raises(ZoneMissing):
            await tasks.enqueue([task()], LONG_AGO.replace(tzinfo=None))

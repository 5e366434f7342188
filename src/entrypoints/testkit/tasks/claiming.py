"""Tasks are claimed: by one at a time, for as long as the lease lasts."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from ....core.tasks import ClaimId, Tasks, TaskState
from ....core.transaction import Transaction
from ..cache import Passing
from ..stumbling import undone
from .ground import LEASE_SECONDS, LONG_AGO, Ground, claimed, one, task


class Claiming(Ground):
    """Who has a task, and for how long."""

    async def test_a_claimed_task_is_nobody_elses(self, tasks: Tasks, other: Tasks) -> None:
        """As long as the lease lasts; it says how late it is and which attempt it is."""
        await tasks.enqueue([first := task(order=1)], LONG_AGO)
        claim = ClaimId(uuid4())
        (held,) = await tasks.claim(claim, {"tell": 5}, LEASE_SECONDS)
        assert (held.task, held.claim, held.attempt) == (first, claim, 1)
        assert held.late_seconds > 86_400
        assert await claimed(other) == []
        kept = await other.get(first.id)
        assert (kept.state, kept.attempts) == (TaskState.CLAIMED, 1)
        assert kept.at > LONG_AGO + timedelta(days=1)

    async def test_the_longest_due_come_first(self, tasks: Tasks) -> None:
        """As many as were asked for, whenever they were enqueued; the same moment, by their ids."""
        lot = [task(order=number) for number in range(6)]
        moments = [LONG_AGO + timedelta(days=day) for day in (4, 1, 3, 0, 2)]
        for each, moment in zip(lot, moments, strict=False):
            await tasks.enqueue([each], moment)
        await tasks.enqueue(lot[5:], moments[0])
        got = [*await claimed(tasks, 2), *await claimed(tasks, 4)]
        last = sorted([lot[0].id, lot[5].id])
        assert [each.task.id for each in got] == [lot[3].id, lot[1].id, lot[4].id, lot[2].id, *last]

    async def test_of_each_kind_so_many(self, tasks: Tasks) -> None:
        """One kind of which there is much takes no room from another; unwanted ones stay."""
        await tasks.enqueue([task("tell") for _ in range(5)], LONG_AGO)
        await tasks.enqueue([task("ask") for _ in range(5)])
        await tasks.enqueue([task("unwanted")])
        wanted = {"tell": 2, "ask": 3, "unknown": 4}
        got = await tasks.claim(ClaimId(uuid4()), wanted, LEASE_SECONDS)
        kinds = [each.task.kind for each in got]
        assert (kinds.count("tell"), kinds.count("ask"), len(kinds)) == (2, 3, 5)
        assert list(await tasks.claim(ClaimId(uuid4()), {}, LEASE_SECONDS)) == []

    async def test_a_lease_ends(self, tasks: Tasks, other: Tasks, passing: Passing) -> None:
        """Then the task is whoever's who claims it next: his is the next attempt."""
        await tasks.enqueue([task()])
        first = await one(tasks)
        await passing(LEASE_SECONDS - 300)
        assert await claimed(other) == []
        await passing(301)
        second = await one(other)
        assert (second.task, second.attempt) == (first.task, 2)
        assert second.claim != first.claim
        assert await claimed(tasks) == []

    async def test_a_lease_is_extended(self, tasks: Tasks, other: Tasks, passing: Passing) -> None:
        """From now on, so long as it was not lost; it can be made shorter so too."""
        await tasks.enqueue([task(), task("ask")])
        held, asked = await one(tasks), await one(tasks, "ask")
        await passing(LEASE_SECONDS - 1)
        assert list(await tasks.extend([asked, held], LEASE_SECONDS)) == [True, True]
        await passing(LEASE_SECONDS - 300)
        assert await claimed(other) == []
        assert list(await tasks.extend([held], 0)) == [True]
        assert (await one(other)).attempt == 2
        assert await claimed(other, kind="ask") == []

    async def test_a_lost_lease_is_not_extended(
        self, tasks: Tasks, other: Tasks, passing: Passing
    ) -> None:
        """Nor one of a task that ended; it is told of each, and the others are extended."""
        await tasks.enqueue([task(), task("ask"), task("end")])
        lost, held = await one(tasks, seconds=60), await one(tasks, "ask")
        ended = await one(tasks, "end")
        await tasks.end([ended.done()])
        await passing(61)
        assert list(await tasks.extend([], LEASE_SECONDS)) == []
        # Its time is over, but nobody has it: it can be had again.
        assert list(await tasks.extend([lost, ended, held], 0)) == [True, False, True]
        taken = await one(other)
        assert list(await tasks.extend([lost, taken], LEASE_SECONDS)) == [False, True]
        assert await claimed(tasks) == []

    async def test_a_claim_that_is_undone_never_was(
        self, tasks: Tasks, other: Tasks, transaction: Transaction
    ) -> None:
        """Nor is the attempt counted."""
        await tasks.enqueue([task()])
        async with undone(transaction):
            await one(tasks)
        assert (await one(other)).attempt == 1

    async def test_many_claim_at_once(self, tasks: Tasks, other: Tasks) -> None:
        """Each task is had by one of them, and none is left behind."""
        lot = [task(order=number) for number in range(60)]
        await tasks.enqueue(lot)
        asked = [asyncio.create_task(claimed((tasks, other)[turn % 2], 7)) for turn in range(12)]
        got = [held.task.id for each in asked for held in await each]
        left = [held.task.id for held in await claimed(tasks, 100)]
        assert len(got) == len(set(got))
        assert sorted(got + left) == sorted(each.id for each in lot)

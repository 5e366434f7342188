"""People look: at tasks in a state, and at how much there is."""

from datetime import timedelta

from ....core.tasks import Backlog, Tasks, TaskState
from ..cache import Passing
from .ground import FAR, LONG_AGO, Ground, claimed, one, task


class Looking(Ground):
    """What is shown."""

    async def test_tasks_of_a_state_are_listed(self, tasks: Tasks) -> None:
        """By their moment, of one kind or of all, so many at most."""
        lot = [task(("tell", "ask")[number % 2], order=number) for number in range(6)]
        for day, each in enumerate(lot):
            await tasks.enqueue([each], FAR - timedelta(days=day))
        listed = await tasks.look(TaskState.WAITING, None, 100)
        assert [each.task for each in listed] == lot[::-1]
        assert list(await tasks.look(TaskState.WAITING, None, 2)) == list(listed[:2])
        asked = await tasks.look(TaskState.WAITING, "ask", 100)
        assert [each.task for each in asked] == [lot[5], lot[3], lot[1]]
        for state in (TaskState.CLAIMED, TaskState.DONE, TaskState.DEAD):
            assert list(await tasks.look(state, None, 10)) == []
        assert list(await tasks.look(TaskState.WAITING, "unknown", 10)) == []

    async def test_every_state_can_be_looked_at(self, tasks: Tasks) -> None:
        """Each task is in one of them."""
        await tasks.enqueue([task(order=number) for number in range(4)])
        held, done, dead = await claimed(tasks, 3)
        await tasks.end([done.done(), dead.dead("no")])
        assert [each.task for each in await tasks.look(TaskState.CLAIMED, None, 9)] == [held.task]
        assert [each.task for each in await tasks.look(TaskState.DONE, "tell", 9)] == [done.task]
        (buried,) = await tasks.look(TaskState.DEAD, "tell", 9)
        assert (buried.task, buried.told) == (dead.task, "no")
        assert len(await tasks.look(TaskState.WAITING, None, 9)) == 1

    async def test_how_much_there_is(self, tasks: Tasks, passing: Passing) -> None:
        """Of each kind: what waits, due or not, what is claimed, what is dead; not what is done."""
        await tasks.enqueue([task("ask")], FAR)
        await tasks.enqueue([task("done")])
        await tasks.end([(await one(tasks, "done")).done()])
        await tasks.enqueue([task(order=number) for number in range(5)])
        _, dead, done = await claimed(tasks, 3)
        await tasks.end([dead.dead("no"), done.done()])
        await passing(300)
        asked, told = await tasks.backlog()
        assert asked == Backlog(kind="ask", waiting=1)
        assert 300 <= told.oldest_seconds < 400
        expected = Backlog(
            kind="tell", waiting=2, claimed=1, dead=1, oldest_seconds=told.oldest_seconds
        )
        assert told == expected

    async def test_the_oldest_is_the_one_that_waits_longest(self, tasks: Tasks) -> None:
        """Whatever else there is of its kind."""
        await tasks.enqueue([task()], FAR)
        await tasks.enqueue([task()], LONG_AGO)
        await tasks.enqueue([task()])
        (told,) = await tasks.backlog()
        assert told.waiting == 3
        assert told.oldest_seconds > 86_400

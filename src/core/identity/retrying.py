"""What was set aside or given up, tried once more because somebody says so."""

from attrs import frozen

from ..events import EventId, Outbox
from ..tasks import TaskId, Tasks
from ..transaction import Transaction
from .auditing import Audit
from .caller import Caller
from .permission import Permission


@frozen
class RetryByHand:
    """Have an event passed on, or a task done, after all."""

    outbox: Outbox
    tasks: Tasks
    audit: Audit
    transaction: Transaction

    async def event(self, id: EventId, by: Caller) -> None:
        """
        One that was set aside is passed on again.

        Raises:
            NotAllowed: they may not decide what becomes of things.
            EventMissing: nobody ever put it.
            EventNotStuck: it was not set aside.
        """
        by.must(Permission.DECIDE)
        async with self.transaction():
            await self.outbox.again(id)
            await self.audit(by, "event.retried", f"event:{id}")

    async def task(self, id: TaskId, by: Caller) -> None:
        """
        One that was given up is tried again, as if it never had been.

        Raises:
            NotAllowed: they may not decide what becomes of things.
            TaskMissing: none has this id.
            TaskNotDead: it was not given up.
        """
        by.must(Permission.DECIDE)
        async with self.transaction():
            await self.tasks.replay(id)
            await self.audit(by, "task.replayed", f"task:{id}")

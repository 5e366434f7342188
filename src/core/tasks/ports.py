"""What tasks need: a place to keep them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from .task import Backlog, Claimed, ClaimId, Ending, KeptTask, Task, TaskId, TaskState


class Tasks(Protocol):
    """
    Tasks, kept until they are done and a while longer.

    Time is that of the place where they are kept, the same for all who ask there.
    """

    async def enqueue(self, tasks: Sequence[Task], due_at: datetime | None = None) -> None:
        """
        Keep tasks that are due at this moment, or at once.

        Inside a transaction they are kept only if it commits. A task whose id is known changes
        nothing, whatever became of the first one.

        Raises:
            TaskReused: an id is known with another kind or other facts; of these tasks none was
                kept.
            ZoneMissing: the moment does not say in which zone.
        """
        ...

    async def claim(
        self, claim: ClaimId, wanted: Mapping[str, int], lease_seconds: float
    ) -> Sequence[Claimed]:
        """
        Take tasks that are due: of each kind so many at most, the longest due first.

        Until the lease is over nobody else gets them; then whoever claims next does, unless they
        ended. Each claim is made under an id of its own.
        """
        ...

    async def extend(self, held: Sequence[Claimed], lease_seconds: float) -> Sequence[bool]:
        """Let the lease last so long from now; of each, in order, whether it is still held."""
        ...

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        """
        Keep what became of tasks; of each, in order, whether it was kept.

        It is not when somebody else has claimed the task since, or when it has ended otherwise,
        and then it changes nothing. That the lease is over does no harm alone. Saying the same
        again is kept again, and changes nothing. Inside a transaction it is kept only if that
        commits, and nobody else claims the task meanwhile.
        """
        ...

    async def replay(self, id: TaskId) -> None:
        """
        Let a dead task be tried again, at once, as if it never had been.

        Raises:
            TaskMissing: none has this id.
            TaskNotDead: it was not given up; nothing was changed.
        """
        ...

    async def get(self, id: TaskId) -> KeptTask:
        """
        The task as it is.

        Raises:
            TaskMissing: none has this id.
        """
        ...

    async def look(self, state: TaskState, kind: str | None, limit: int) -> Sequence[KeptTask]:
        """Those in this state, of one kind or of all, by their moment and id, the oldest first."""
        ...

    async def backlog(self) -> Sequence[Backlog]:
        """How much there is of each kind of which any waits, is claimed or dead, by kind."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Forget so many that were done before that, with their ids; answers how many."""
        ...

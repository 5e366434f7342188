"""Tasks are looked after: counted for whoever watches, and forgotten in the end."""

from datetime import timedelta
from typing import Final

from attrs import field, frozen

from ..clock import Clock
from ..signals import Signals
from .ports import Tasks
from .task import Backlog

KEPT: Final = timedelta(days=30)
"""For so long the id of a task that was done is known."""


@frozen
class ForgetTasks:
    """Forget what was done so long ago that nobody enqueues it again."""

    tasks: Tasks
    clock: Clock
    kept: timedelta = KEPT

    async def __call__(self, limit: int = 1000) -> int:
        """Forget those that were done first, so many at most; answers how many."""
        return await self.tasks.forget(self.clock.now() - self.kept, limit)


@frozen
class CountTasks:
    """Tell how much there is of each kind, and how long the oldest has been due."""

    tasks: Tasks
    signals: Signals
    _told: set[str] = field(factory=set, init=False)

    async def __call__(self) -> None:
        """Tell it; of a kind of which nothing is left it is told that too."""
        backlog = {each.kind: each for each in await self.tasks.backlog()}
        self._told.update(backlog)
        for kind in self._told:
            one = backlog.get(kind, Backlog(kind=kind))
            for state in ("waiting", "claimed", "dead"):
                self.signals.gauge("tasks", getattr(one, state), kind=kind, state=state)
            self.signals.gauge("tasks_oldest_seconds", one.oldest_seconds, kind=kind)

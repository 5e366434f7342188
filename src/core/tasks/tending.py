"""Tasks are looked after: counted for whoever watches."""

from attrs import field, frozen

from ..signals import Signals
from .ports import Tasks
from .task import Backlog


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

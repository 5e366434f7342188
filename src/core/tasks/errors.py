"""How tasks refuse."""

from uuid import UUID

from attrs import define

from ..errors import Conflict, Missing, Refused


@define
class MalformedFacts(Refused):
    """A task's facts are too large, or hold what cannot be kept."""

    fact: str
    rule: str

    def __str__(self) -> str:
        return f"the facts of a task ({self.fact}) are not allowed: {self.rule}"


@define
class TaskReused(Conflict):
    """The id is known for a task that asks for something else."""

    task: UUID

    def __str__(self) -> str:
        return f"task {self.task} is known with other contents: use an id of its own for each task"


@define
class TaskMissing(Missing):
    """There is no task with this id."""

    task: UUID

    def __str__(self) -> str:
        return f"there is no task {self.task}"


@define
class TaskNotDead(Conflict):
    """Only a task that was given up can be replayed."""

    task: UUID
    state: str

    def __str__(self) -> str:
        return f"task {self.task} was not given up, it is {self.state}"


@define
class ClaimLost(Conflict):
    """Somebody else has the task by now, or it has ended; nothing was kept."""

    task: UUID

    def __str__(self) -> str:
        return f"the claim on task {self.task} was lost: its lease was over"

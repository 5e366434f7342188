"""The contract of `core.tasks.Tasks`, and of the bell that rings when one comes."""

from .claiming import Claiming
from .ending import Ending
from .enqueuing import Enqueuing
from .looking import Looking
from .ringing import BellContract

__all__ = ["BellContract", "TasksContract"]


class TasksContract(Enqueuing, Claiming, Ending, Looking):
    """
    What every place for tasks does. Subclass it in a test and override its fixtures: `tasks`,
    empty; `other`, the same tasks as another process sees them, or the same; `transaction` of the
    storage of `tasks`; and `passing`, which lets time pass for both without waiting.
    """

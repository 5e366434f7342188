"""Durable tasks: what has to be done later, or again until it works, is not forgotten."""

from .errors import ClaimLost, MalformedFacts, TaskMissing, TaskNotDead, TaskReused
from .handling import WAITS_SECONDS, Handling, finish
from .ports import Tasks
from .running import LEASE_SECONDS, Runner
from .task import (
    TASK_MOVES,
    Backlog,
    Claimed,
    ClaimId,
    Ending,
    KeptTask,
    Task,
    TaskId,
    TaskState,
    distinct,
    written,
)
from .tending import CountTasks

__all__ = [
    "LEASE_SECONDS",
    "TASK_MOVES",
    "WAITS_SECONDS",
    "Backlog",
    "ClaimId",
    "ClaimLost",
    "Claimed",
    "CountTasks",
    "Ending",
    "Handling",
    "KeptTask",
    "MalformedFacts",
    "Runner",
    "Task",
    "TaskId",
    "TaskMissing",
    "TaskNotDead",
    "TaskReused",
    "TaskState",
    "Tasks",
    "distinct",
    "finish",
    "written",
]

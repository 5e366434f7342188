"""Tasks in a table, and for programs."""

from collections.abc import Sequence
from typing import Final

from ....core.tasks import KeptTask, Tasks, TaskState, written
from ...wiring.plain_tasks import PlainTask
from ..output import Output
from ..session import Session
from ..table import Column

COLUMNS: Final = (
    Column("Moment (UTC)"),
    Column("Kind"),
    Column("Facts", shrinks=True),
    Column("State"),
    Column("Attempts", right=True),
    Column("Told", shrinks=True),
    Column("Task"),
)


async def shown(
    house: Session, output: Output, state: TaskState, kind: str | None, limit: int
) -> Sequence[KeptTask]:
    """Those of this state, in their order, and whether there are more."""
    found = await (await house.get(Tasks)).look(state, kind, limit + 1)
    tasks, more = found[:limit], len(found) > limit
    output.document({"tasks": [PlainTask.of(each) for each in tasks], "more": more})
    if tasks:
        output.table(COLUMNS, list(map(_row, tasks)))
    if more:
        output.say("there are more; these come first")
    return tasks


def _row(kept: KeptTask) -> tuple[str, ...]:
    return (
        f"{kept.at:%Y-%m-%d %H:%M:%S}",
        kept.task.kind,
        written(kept.task.facts),
        kept.state,
        str(kept.attempts),
        kept.told,
        str(kept.task.id),
    )

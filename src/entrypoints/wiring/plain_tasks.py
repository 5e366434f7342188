"""Tasks, as they go over a wire."""

from collections.abc import Mapping
from typing import Self

from attrs import frozen

from ...core.events import Fact
from ...core.tasks import KeptTask
from .plain import iso


@frozen
class PlainTask:
    """Something to be done, and how far that has come."""

    id: str
    kind: str
    facts: Mapping[str, Fact]
    state: str
    attempts: int
    at: str
    told: str

    @classmethod
    def of(cls, kept: KeptTask) -> Self:
        """That task."""
        return cls(
            id=str(kept.task.id),
            kind=kept.task.kind,
            facts=dict(kept.task.facts),
            state=kept.state.value,
            attempts=kept.attempts,
            at=iso(kept.at),
            told=kept.told,
        )

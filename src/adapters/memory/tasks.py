"""Tasks in memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from ...core.bells import HandBell
from ...core.clock import Clock, aware
from ...core.tasks import (
    Backlog,
    Claimed,
    ClaimId,
    Ending,
    KeptTask,
    Task,
    TaskId,
    TaskMissing,
    TaskNotDead,
    TaskReused,
    TaskState,
    distinct,
)
from .store import MemoryStore


@frozen(kw_only=True)
class _Row:
    kept: KeptTask
    claim: ClaimId | None = None

    def changed(self, state: TaskState, at: datetime, told: str) -> "_Row":
        return evolve(self, kept=evolve(self.kept, state=state, at=at, told=told))


@frozen
class MemoryTasks:
    """Tasks by their id."""

    store: MemoryStore
    clock: Clock
    bell: HandBell = field(factory=HandBell)
    _rows: dict[TaskId, _Row] = field(factory=dict, init=False)

    async def enqueue(self, tasks: Sequence[Task], due_at: datetime | None = None) -> None:
        """As the port says."""
        at = self.clock.now() if due_at is None else aware(due_at)
        async with self.store.using():
            lot = distinct(tasks)
            for task in lot:
                kept = self._rows.get(task.id)
                if kept is not None and not kept.kept.task.is_like(task):
                    raise TaskReused(task.id)
            for task in lot:
                if task.id not in self._rows:
                    new = KeptTask(task=task, state=TaskState.WAITING, attempts=0, at=at, told="")
                    self.store.put(self._rows, task.id, _Row(kept=new))
        # Whoever hears it inside a transaction looks after its end: he waits for the store.
        self.bell.ring()

    async def claim(
        self, claim: ClaimId, wanted: Mapping[str, int], lease_seconds: float
    ) -> Sequence[Claimed]:
        """As the port says."""
        async with self.store.using():
            now = self.clock.now()
            until = now + timedelta(seconds=lease_seconds)
            open_states = TaskState.WAITING, TaskState.CLAIMED
            claimed = []
            for kind, most in wanted.items():
                due = self._sorted(
                    row
                    for row in self._rows.values()
                    if row.kept.task.kind == kind
                    and row.kept.state in open_states
                    and row.kept.at <= now
                )
                for row in due[:most]:
                    kept, attempt = row.kept, row.kept.attempts + 1
                    after = evolve(kept, state=TaskState.CLAIMED, attempts=attempt, at=until)
                    self.store.put(self._rows, kept.task.id, _Row(kept=after, claim=claim))
                    late = (now - kept.at).total_seconds()
                    claimed.append(
                        Claimed(task=kept.task, claim=claim, attempt=attempt, late_seconds=late)
                    )
            return claimed

    async def extend(self, held: Sequence[Claimed], lease_seconds: float) -> Sequence[bool]:
        """As the port says."""
        async with self.store.using():
            until = self.clock.now() + timedelta(seconds=lease_seconds)
            return [self._extended(each, until) for each in held]

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        """As the port says."""
        async with self.store.using():
            return [self._ended(each) for each in endings]

    async def replay(self, id: TaskId) -> None:
        """As the port says."""
        async with self.store.using():
            row = self._of(id)
            if row.kept.state is not TaskState.DEAD:
                raise TaskNotDead(id, row.kept.state.value)
            now = self.clock.now()
            after = evolve(row.kept, state=TaskState.WAITING, attempts=0, at=now, told="")
            self.store.put(self._rows, id, _Row(kept=after))
        self.bell.ring()

    async def get(self, id: TaskId) -> KeptTask:
        """As the port says."""
        async with self.store.using():
            return self._of(id).kept

    async def look(self, state: TaskState, kind: str | None, limit: int) -> Sequence[KeptTask]:
        """As the port says."""
        async with self.store.using():
            found = self._sorted(
                row
                for row in self._rows.values()
                if row.kept.state is state and kind in (None, row.kept.task.kind)
            )
            return [row.kept for row in found[:limit]]

    async def backlog(self) -> Sequence[Backlog]:
        """As the port says."""
        async with self.store.using():
            now = self.clock.now()
            found: dict[str, Backlog] = {}
            for row in self._rows.values():
                kept, state = row.kept, row.kept.state
                if state is TaskState.DONE:
                    continue
                before = found.get(kept.task.kind, Backlog(kind=kept.task.kind))
                oldest = before.oldest_seconds
                if state is TaskState.WAITING:
                    oldest = max(oldest, (now - kept.at).total_seconds())
                number = getattr(before, state.value) + 1
                found[kept.task.kind] = evolve(
                    before, **{state.value: number}, oldest_seconds=oldest
                )
            return [found[kind] for kind in sorted(found)]

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        async with self.store.using():
            done = self._sorted(
                row
                for row in self._rows.values()
                if row.kept.state is TaskState.DONE and row.kept.at < before
            )[:limit]
            for row in done:
                self.store.put(self._rows, row.kept.task.id, None)
            return len(done)

    def _sorted(self, rows: Iterable[_Row]) -> list[_Row]:
        return sorted(rows, key=lambda row: (row.kept.at, row.kept.task.id))

    def _of(self, id: TaskId) -> _Row:
        try:
            return self._rows[id]
        except KeyError:
            raise TaskMissing(id) from None

    def _extended(self, held: Claimed, until: datetime) -> bool:
        row = self._rows.get(held.task.id)
        if row is None or (row.claim, row.kept.state) != (held.claim, TaskState.CLAIMED):
            return False
        after = row.changed(TaskState.CLAIMED, until, row.kept.told)
        self.store.put(self._rows, held.task.id, after)
        return True

    def _ended(self, ending: Ending) -> bool:
        row = self._rows.get(ending.id)
        if row is None or row.claim != ending.claim:
            return False
        if row.kept.state is not TaskState.CLAIMED:
            return row.kept.state is ending.state  # it was said before
        at = self.clock.now() + timedelta(seconds=ending.seconds)
        self.store.put(self._rows, ending.id, row.changed(ending.state, at, ending.told))
        return True

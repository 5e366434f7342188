"""Tasks on PostgreSQL: claimed in batches, each under one question and one commit."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from attrs import Factory, field, frozen

from ...core.clock import aware
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
    written,
)
from .bell import TASKS, Rope
from .store import Connection, PostgresStore

ENQUEUE: Final = "SELECT altyn.enqueue_tasks(%b, %b, %b, %b)"
CLAIM: Final = "SELECT * FROM altyn.claim_tasks(%b, %b, %b, %b)"
EXTEND: Final = "SELECT * FROM altyn.extend_tasks(%b, %b, %b)"
END: Final = "SELECT * FROM altyn.end_tasks(%b, %b, %b, %b, %b)"
REPLAY: Final = """
UPDATE altyn.task
   SET state = 'waiting', at = now(), attempts = 0, claim = NULL, told = ''
 WHERE id = %s AND state = 'dead'
"""
COLUMNS: Final = "SELECT id, kind, facts, state, attempts, at, told FROM altyn.task"
ONE: Final = f"{COLUMNS} WHERE id = %s"
LOOK: Final = f"""{COLUMNS}
 WHERE state = %s AND (%s::text IS NULL OR kind = %s)
 ORDER BY at, id LIMIT %s
"""
BACKLOG: Final = """
SELECT kind,
       count(*) FILTER (WHERE state = 'waiting'),
       count(*) FILTER (WHERE state = 'claimed'),
       count(*) FILTER (WHERE state = 'dead'),
       coalesce(extract(epoch FROM now() - min(at) FILTER (WHERE state = 'waiting')), 0)::float8
  FROM altyn.task
 WHERE state IN ('waiting', 'claimed', 'dead')
 GROUP BY kind ORDER BY kind
"""
FORGET: Final = """
DELETE FROM altyn.task
 WHERE id IN (SELECT id FROM altyn.task WHERE state = 'done' AND at < %s ORDER BY at, id LIMIT %s)
"""


@frozen
class PostgresTasks:
    """A row for each task; time is the server's."""

    store: PostgresStore
    _rope: Rope = field(
        default=Factory(lambda self: Rope(self.store, TASKS), takes_self=True), init=False
    )

    async def enqueue(self, tasks: Sequence[Task], due_at: datetime | None = None) -> None:
        """As the port says."""
        # By id, so that processes who enqueue the same ones wait for each other.
        lot = sorted(distinct(tasks), key=lambda task: task.id)
        columns = (
            [task.id for task in lot],
            [task.kind for task in lot],
            [written(task.facts) for task in lot],
            None if due_at is None else aware(due_at),
        )

        async def ask(connection: Connection) -> None:
            row = await (await connection.execute(ENQUEUE, columns)).fetchone()
            if row is not None and row[0] is not None:
                raise TaskReused(row[0])

        if lot:
            await self.store.ask(ask)
        if due_at is None or due_at <= datetime.now(UTC):
            self.store.after(self._rope.pull)

    async def claim(
        self, claim: ClaimId, wanted: Mapping[str, int], lease_seconds: float
    ) -> Sequence[Claimed]:
        """As the port says."""
        lease = timedelta(seconds=lease_seconds)
        values = claim, list(wanted), list(wanted.values()), lease

        async def ask(connection: Connection) -> Sequence[Claimed]:
            rows = await (await connection.execute(CLAIM, values)).fetchall()
            rows.sort(key=lambda row: (row[4], row[0]))  # they come in any order
            return [_claimed(row, claim) for row in rows]

        return await self.store.ask(ask)

    async def extend(self, held: Sequence[Claimed], lease_seconds: float) -> Sequence[bool]:
        """As the port says."""
        lot = sorted((each.task.id, each.claim) for each in held)
        values = (
            [id for id, _ in lot],
            [claim for _, claim in lot],
            timedelta(seconds=lease_seconds),
        )

        async def ask(connection: Connection) -> Sequence[bool]:
            kept = set(await (await connection.execute(EXTEND, values)).fetchall())
            return [(each.task.id, each.claim) in kept for each in held]

        return await self.store.ask(ask)

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        """As the port says."""
        lot = sorted(endings, key=lambda ending: ending.id)
        columns = (
            [each.id for each in lot],
            [each.claim for each in lot],
            [each.state.value for each in lot],
            [float(each.seconds) for each in lot],
            [each.told for each in lot],
        )

        async def ask(connection: Connection) -> Sequence[bool]:
            kept = set(await (await connection.execute(END, columns)).fetchall())
            return [(each.id, each.claim, each.state.value) in kept for each in endings]

        return await self.store.ask(ask)

    async def replay(self, id: TaskId) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(REPLAY, (id,))).rowcount:
                kept = await _one(connection, id)
                raise TaskNotDead(id, kept.state.value)

        await self.store.ask(ask)
        self.store.after(self._rope.pull)

    async def get(self, id: TaskId) -> KeptTask:
        """As the port says."""

        async def ask(connection: Connection) -> KeptTask:
            return await _one(connection, id)

        return await self.store.ask(ask)

    async def look(self, state: TaskState, kind: str | None, limit: int) -> Sequence[KeptTask]:
        """As the port says."""
        values = state.value, kind, kind, limit

        async def ask(connection: Connection) -> Sequence[KeptTask]:
            return [_kept(row) for row in await (await connection.execute(LOOK, values)).fetchall()]

        return await self.store.ask(ask)

    async def backlog(self) -> Sequence[Backlog]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Backlog]:
            rows = await (await connection.execute(BACKLOG)).fetchall()
            return [
                Backlog(
                    kind=kind,
                    waiting=waiting,
                    claimed=claimed,
                    dead=dead,
                    oldest_seconds=max(oldest, 0.0),
                )
                for kind, waiting, claimed, dead, oldest in rows
            ]

        return await self.store.ask(ask)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""

        async def ask(connection: Connection) -> int:
            return (await connection.execute(FORGET, (before, limit))).rowcount

        return await self.store.ask(ask)


async def _one(connection: Connection, id: TaskId) -> KeptTask:
    row = await (await connection.execute(ONE, (id,))).fetchone()
    if row is None:
        raise TaskMissing(id)
    return _kept(row)


def _claimed(row: tuple[Any, ...], claim: ClaimId) -> Claimed:
    id, kind, facts, attempt, _, late = row
    task = Task(id=TaskId(id), kind=kind, facts=json.loads(facts))
    return Claimed(task=task, claim=claim, attempt=attempt, late_seconds=late.total_seconds())


def _kept(row: tuple[Any, ...]) -> KeptTask:
    id, kind, facts, state, attempts, at, told = row
    task = Task(id=TaskId(id), kind=kind, facts=facts)
    return KeptTask(task=task, state=TaskState(state), attempts=attempts, at=at, told=told)

"""Tasks in SQLite."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import field, frozen

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
    written,
)
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

KNOWN: Final = """
SELECT kind, facts
  FROM task
 WHERE id = ?
"""

ADD: Final = """
INSERT INTO task (id, kind, facts, state, at, attempts, told)
VALUES (?, ?, ?, 'waiting', ?, 0, '')
"""

DUE: Final = """
SELECT id, facts, attempts, at
  FROM task
 WHERE kind = ? AND state IN ('waiting', 'claimed') AND at <= ?
 ORDER BY at, id
 LIMIT ?
"""

CLAIM: Final = """
UPDATE task
   SET state = 'claimed', claim = ?, attempts = attempts + 1, at = ?
 WHERE id = ?
"""

EXTEND: Final = """
UPDATE task
   SET at = ?
 WHERE id = ? AND claim = ? AND state = 'claimed'
"""

END: Final = """
UPDATE task
   SET state = ?, at = ?, told = ?
 WHERE id = ? AND claim = ? AND state = 'claimed'
"""

SAID: Final = """
SELECT 1
  FROM task
 WHERE id = ? AND claim = ? AND state = ?
"""

REPLAY: Final = """
UPDATE task
   SET state = 'waiting', at = ?, attempts = 0, claim = NULL, told = ''
 WHERE id = ? AND state = 'dead'
"""

COLUMNS: Final = """
SELECT id, kind, facts, state, attempts, at, told
  FROM task"""

ONE: Final = f"""{COLUMNS}
 WHERE id = ?
"""

LOOK: Final = f"""{COLUMNS}
 WHERE state = ?1 AND (?2 IS NULL OR kind = ?2)
 ORDER BY at, id
 LIMIT ?3
"""

BACKLOG: Final = """
SELECT kind,
       count(*) FILTER (WHERE state = 'waiting'),
       count(*) FILTER (WHERE state = 'claimed'),
       count(*) FILTER (WHERE state = 'dead'),
       min(at) FILTER (WHERE state = 'waiting')
  FROM task
 WHERE state IN ('waiting', 'claimed', 'dead')
 GROUP BY kind
 ORDER BY kind
"""

FORGET: Final = """
DELETE FROM task
 WHERE id IN (SELECT id FROM task WHERE state = 'done' AND at < ? ORDER BY at, id LIMIT ?)
"""


@frozen
class SqliteTasks:
    """A row for each task. The bell rings within this process; others have to look."""

    store: SqliteStore
    clock: Clock
    bell: HandBell = field(factory=HandBell)

    async def enqueue(self, tasks: Sequence[Task], due_at: datetime | None = None) -> None:
        """As the port says."""
        at = self.clock.now() if due_at is None else aware(due_at)
        rows = [(each.id.bytes, each.kind, written(each.facts)) for each in distinct(tasks)]
        await self.store.write(_enqueue, rows, ticks_of(at))
        # Whoever hears it inside a transaction looks after its end: one at a time writes.
        self.bell.ring()

    async def claim(
        self, claim: ClaimId, wanted: Mapping[str, int], lease_seconds: float
    ) -> Sequence[Claimed]:
        """As the port says."""
        now = ticks_of(self.clock.now())
        return await self.store.write(_claim, claim, wanted, now, _after(now, lease_seconds))

    async def extend(self, held: Sequence[Claimed], lease_seconds: float) -> Sequence[bool]:
        """As the port says."""
        until = _after(ticks_of(self.clock.now()), lease_seconds)
        return await self.store.write(_extend, held, until)

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        """As the port says."""
        return await self.store.write(_end, endings, ticks_of(self.clock.now()))

    async def replay(self, id: TaskId) -> None:
        """As the port says."""
        await self.store.write(_replay, id, ticks_of(self.clock.now()))
        self.bell.ring()

    async def get(self, id: TaskId) -> KeptTask:
        """As the port says."""
        return await self.store.read(_get, id)

    async def look(self, state: TaskState, kind: str | None, limit: int) -> Sequence[KeptTask]:
        """As the port says."""
        return await self.store.read(_look, state, kind, limit)

    async def backlog(self) -> Sequence[Backlog]:
        """As the port says."""
        return await self.store.read(_backlog, ticks_of(self.clock.now()))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_forget, ticks_of(before), bounded(limit))


def _after(ticks: int, seconds: float) -> int:
    return ticks + round(seconds * 1_000_000)


def _enqueue(connection: Connection, rows: Sequence[tuple[bytes, str, str]], at: int) -> None:
    fresh = []
    for id, *contents in rows:
        known = connection.execute(KNOWN, (id,)).fetchone()
        if known is None:
            fresh.append((id, *contents, at))
        elif list(known) != contents:
            raise TaskReused(UUID(bytes=id))
    connection.executemany(ADD, fresh)


def _claim(
    connection: Connection, claim: ClaimId, wanted: Mapping[str, int], now: int, until: int
) -> list[Claimed]:
    claimed = []
    for kind, most in wanted.items():
        rows = connection.execute(DUE, (kind, now, bounded(most))).fetchall()
        connection.executemany(CLAIM, [(claim.bytes, until, id) for id, *_ in rows])
        for id, facts, attempts, at in rows:
            task = Task(id=TaskId(UUID(bytes=id)), kind=kind, facts=json.loads(facts))
            late = (now - at) / 1_000_000
            claimed.append(Claimed(task=task, claim=claim, attempt=attempts + 1, late_seconds=late))
    return claimed


def _extend(connection: Connection, held: Sequence[Claimed], until: int) -> list[bool]:
    return [
        connection.execute(EXTEND, (until, each.task.id.bytes, each.claim.bytes)).rowcount > 0
        for each in held
    ]


def _end(connection: Connection, endings: Sequence[Ending], now: int) -> list[bool]:
    return [_ended(connection, each, now) for each in endings]


def _ended(connection: Connection, ending: Ending, now: int) -> bool:
    id, claim, state = ending.id.bytes, ending.claim.bytes, ending.state.value
    row = state, _after(now, ending.seconds), ending.told, id, claim
    if connection.execute(END, row).rowcount:
        return True
    return connection.execute(SAID, (id, claim, state)).fetchone() is not None


def _replay(connection: Connection, id: TaskId, now: int) -> None:
    if not connection.execute(REPLAY, (now, id.bytes)).rowcount:
        raise TaskNotDead(id, _get(connection, id).state.value)


def _get(connection: Connection, id: TaskId) -> KeptTask:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    if row is None:
        raise TaskMissing(id)
    return _kept(row)


def _look(connection: Connection, state: TaskState, kind: str | None, limit: int) -> list[KeptTask]:
    return [_kept(row) for row in connection.execute(LOOK, (state.value, kind, bounded(limit)))]


def _backlog(connection: Connection, now: int) -> list[Backlog]:
    return [
        Backlog(
            kind=kind,
            waiting=waiting,
            claimed=claimed,
            dead=dead,
            oldest_seconds=0.0 if oldest is None else max((now - oldest) / 1_000_000, 0.0),
        )
        for kind, waiting, claimed, dead, oldest in connection.execute(BACKLOG)
    ]


def _forget(connection: Connection, before: int, limit: int) -> int:
    return connection.execute(FORGET, (before, limit)).rowcount


def _kept(row: Row) -> KeptTask:
    id, kind, facts, state, attempts, at, told = row
    return KeptTask(
        task=Task(id=TaskId(UUID(bytes=id)), kind=kind, facts=json.loads(facts)),
        state=TaskState(state),
        attempts=attempts,
        at=moment_of(at),
        told=told,
    )

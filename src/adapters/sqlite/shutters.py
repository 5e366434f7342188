"""Which suppliers do not sell to us, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.purchases import Shutter, Step
from .rows import Row, moment_of, ticks_of
from .store import SqliteStore

ROWS: Final = """
SELECT supplier, closed, step, reason, since, tries, try_at
  FROM shutter"""

ALL: Final = f"""{ROWS}
 ORDER BY supplier
"""

ONE: Final = f"""{ROWS}
 WHERE supplier = ?
"""

LOWER: Final = """
INSERT INTO shutter (supplier, closed, step, reason, since, tries, try_at)
VALUES (?, 1, ?, ?, ?, ?, ?)
    ON CONFLICT (supplier) DO UPDATE
   SET closed = 1,
       step = excluded.step,
       reason = excluded.reason,
       since = excluded.since,
       tries = excluded.tries,
       try_at = excluded.try_at
 WHERE NOT shutter.closed
"""

AGAIN: Final = """
UPDATE shutter
   SET reason = ?, step = max(step, ?)
 WHERE supplier = ?
"""

LIFT: Final = """
UPDATE shutter
   SET closed = 0, since = ?
 WHERE supplier = ? AND closed AND step <= ?
RETURNING supplier, closed, step, reason, since, tries, try_at
"""

CLAIM: Final = """
UPDATE shutter
   SET tries = tries + 1, try_at = ?
 WHERE supplier = ? AND closed AND tries = ?
"""


@frozen
class SqliteShutters:
    """A row for each supplier that was ever closed."""

    store: SqliteStore

    async def all(self) -> Sequence[Shutter]:
        """As the port says."""
        return [_shutter(row) for row in await self.store.read(_rows, ALL)]

    async def of(self, supplier: str) -> Shutter | None:
        """As the port says."""
        rows = await self.store.read(_rows, ONE, supplier)
        return _shutter(rows[0]) if rows else None

    async def lower(self, shutter: Shutter) -> bool:
        """As the port says."""
        return await self.store.write(_lower, shutter)

    async def lift(self, supplier: str, step: Step, at: datetime) -> Shutter | None:
        """As the port says."""
        rows = await self.store.write(_rows, LIFT, ticks_of(at), supplier, step)
        return _shutter(rows[0]) if rows else None

    async def claim(self, shutter: Shutter, try_at: datetime) -> bool:
        """As the port says."""
        values = ticks_of(try_at), shutter.supplier, shutter.tries
        return await self.store.write(_changed, CLAIM, *values) == 1


def _rows(connection: Connection, query: str, *values: object) -> list[Row]:
    return connection.execute(query, values).fetchall()


def _changed(connection: Connection, query: str, *values: object) -> int:
    return connection.execute(query, values).rowcount


def _lower(connection: Connection, shutter: Shutter) -> bool:
    values = (
        shutter.supplier,
        shutter.step,
        shutter.reason,
        ticks_of(shutter.since),
        shutter.tries,
        ticks_of(shutter.try_at),
    )
    if connection.execute(LOWER, values).rowcount:
        return True
    connection.execute(AGAIN, (shutter.reason, shutter.step, shutter.supplier))
    return False


def _shutter(row: Row) -> Shutter:
    supplier, closed, step, reason, since, tries, try_at = row
    return Shutter(
        supplier=supplier,
        closed=bool(closed),
        step=Step(step),
        reason=reason,
        since=moment_of(since),
        tries=tries,
        try_at=moment_of(try_at),
    )

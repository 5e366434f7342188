"""Which suppliers do not sell to us, on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.purchases import Shutter, Step
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT supplier, closed, step, reason, since, tries, try_at
  FROM altyn.shutter"""

ALL: Final = f"""{ROWS}
 ORDER BY supplier
"""

ONE: Final = f"""{ROWS}
 WHERE supplier = %s
"""

LOWER: Final = """
INSERT INTO altyn.shutter AS kept (supplier, closed, step, reason, since, tries, try_at)
VALUES (%s, true, %s, %s, %s, %s, %s)
    ON CONFLICT (supplier) DO UPDATE
   SET closed = true,
       step = excluded.step,
       reason = excluded.reason,
       since = excluded.since,
       tries = excluded.tries,
       try_at = excluded.try_at
 WHERE NOT kept.closed
"""

AGAIN: Final = """
UPDATE altyn.shutter
   SET reason = %s, step = greatest(step, %s)
 WHERE supplier = %s
"""

LIFT: Final = """
UPDATE altyn.shutter
   SET closed = false, since = %s
 WHERE supplier = %s AND closed AND step <= %s
RETURNING supplier, closed, step, reason, since, tries, try_at
"""

CLAIM: Final = """
UPDATE altyn.shutter
   SET tries = tries + 1, try_at = %s
 WHERE supplier = %s AND closed AND tries = %s
"""


@frozen
class PostgresShutters:
    """A row for each supplier that was ever closed."""

    store: PostgresStore

    async def all(self) -> Sequence[Shutter]:
        """As the port says."""
        return await self._rows(ALL)

    async def of(self, supplier: str) -> Shutter | None:
        """As the port says."""
        return next(iter(await self._rows(ONE, supplier)), None)

    async def lower(self, shutter: Shutter) -> bool:
        """As the port says."""
        values = (
            shutter.supplier,
            shutter.step,
            shutter.reason,
            shutter.since,
            shutter.tries,
            shutter.try_at,
        )
        again = shutter.reason, shutter.step, shutter.supplier

        async def ask(connection: Connection) -> bool:
            async with connection.transaction():
                if (await connection.execute(LOWER, values)).rowcount:
                    return True
                await connection.execute(AGAIN, again)
                return False

        return await self.store.ask(ask)

    async def lift(self, supplier: str, step: Step, at: datetime) -> Shutter | None:
        """As the port says."""
        return next(iter(await self._rows(LIFT, at, supplier, step)), None)

    async def claim(self, shutter: Shutter, try_at: datetime) -> bool:
        """As the port says."""
        values = try_at, shutter.supplier, shutter.tries

        async def ask(connection: Connection) -> bool:
            return (await connection.execute(CLAIM, values)).rowcount == 1

        return await self.store.ask(ask)

    async def _rows(self, query: str, *values: object) -> list[Shutter]:
        async def ask(connection: Connection) -> list[Shutter]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_shutter(row) for row in rows]

        return await self.store.ask(ask)


def _shutter(row: tuple[Any, ...]) -> Shutter:
    supplier, closed, step, reason, since, tries, try_at = row
    return Shutter(
        supplier=supplier,
        closed=closed,
        step=Step(step),
        reason=reason,
        since=since,
        tries=tries,
        try_at=try_at,
    )

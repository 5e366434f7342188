"""Whether money may go out, in SQLite."""

from datetime import datetime
from sqlite3 import Connection
from typing import Final

from attrs import frozen

from .rows import Row, maybe_moment, ticks_of
from .store import SqliteStore

SINCE: Final = "SELECT max(since) FROM standstill"

BEGIN: Final = """
INSERT INTO standstill (one, since)
VALUES (1, ?)
    ON CONFLICT (one) DO NOTHING
"""

END: Final = "DELETE FROM standstill"


@frozen
class SqliteStandstill:
    """One row while none may."""

    store: SqliteStore

    async def since(self) -> datetime | None:
        """As the port says."""
        (since,) = await self.store.read(_one, SINCE)
        return maybe_moment(since)

    async def begin(self, at: datetime) -> None:
        """As the port says."""
        await self.store.write(_one, BEGIN, ticks_of(at))

    async def end(self) -> None:
        """As the port says."""
        await self.store.write(_one, END)


def _one(connection: Connection, statement: str, *values: object) -> Row:
    row: Row | None = connection.execute(statement, values).fetchone()
    return row or ()

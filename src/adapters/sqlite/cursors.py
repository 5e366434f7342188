"""How far feeds were read, in SQLite."""

from sqlite3 import Connection
from typing import Final

from attrs import frozen

from ...core.payments import Cursor, CursorMoved
from .rows import Row, moment_of, ticks_of
from .store import SqliteStore

ONE: Final = """
SELECT position, until
  FROM cursor
 WHERE feed = ?
"""

# Nobody has read anything of it, or somebody has it read from its beginning again.
BEGIN: Final = """
INSERT INTO cursor (position, until, feed)
VALUES (?, ?, ?)
    ON CONFLICT (feed) DO UPDATE
   SET position = excluded.position, until = excluded.until
 WHERE cursor.position = '' AND cursor.until IS NULL
"""

GO_ON: Final = """
UPDATE cursor
   SET position = ?, until = ?
 WHERE feed = ? AND position = ? AND until IS ?
"""


@frozen
class SqliteCursors:
    """A row for each feed of which something was read."""

    store: SqliteStore

    async def get(self, feed: str) -> Cursor:
        """As the port says."""
        return await self.store.read(_get, feed)

    async def put(self, cursor: Cursor, was: Cursor) -> None:
        """As the port says."""
        await self.store.write(_put, cursor, was)


def _get(connection: Connection, feed: str) -> Cursor:
    row = connection.execute(ONE, (feed,)).fetchone()
    if row is None:
        return Cursor(feed)
    position, until = row
    return Cursor(feed, position, None if until is None else moment_of(until))


def _put(connection: Connection, cursor: Cursor, was: Cursor) -> None:
    if was == Cursor(cursor.feed):
        written = connection.execute(BEGIN, (*_place(cursor), cursor.feed))
    else:
        written = connection.execute(GO_ON, (*_place(cursor), was.feed, *_place(was)))
    if not written.rowcount:
        raise CursorMoved(cursor.feed)


def _place(cursor: Cursor) -> Row:
    return cursor.position, None if cursor.until is None else ticks_of(cursor.until)

"""How far feeds were read, on PostgreSQL."""

from datetime import datetime
from typing import Final

from attrs import frozen

from ...core.payments import Cursor, CursorMoved
from .store import Connection, PostgresStore

ONE: Final = "SELECT position, until FROM altyn.cursor WHERE feed = %s"
# Nobody has read anything of it, or somebody has it read from its beginning again. Of two who do
# so at once the second waits for the first, and finds it moved.
BEGIN: Final = """
INSERT INTO altyn.cursor AS kept (position, until, feed)
VALUES (%s, %s, %s)
    ON CONFLICT (feed) DO UPDATE
   SET position = excluded.position, until = excluded.until
 WHERE kept.position = '' AND kept.until IS NULL
"""
GO_ON: Final = """
UPDATE altyn.cursor
   SET position = %s, until = %s
 WHERE feed = %s AND position = %s AND until IS NOT DISTINCT FROM %s
"""


@frozen
class PostgresCursors:
    """A row for each feed of which something was read."""

    store: PostgresStore

    async def get(self, feed: str) -> Cursor:
        """As the port says."""

        async def ask(connection: Connection) -> Cursor:
            row = await (await connection.execute(ONE, (feed,))).fetchone()
            return Cursor(feed) if row is None else Cursor(feed, *row)

        return await self.store.ask(ask)

    async def put(self, cursor: Cursor, was: Cursor) -> None:
        """As the port says."""
        begins = was == Cursor(cursor.feed)

        async def ask(connection: Connection) -> None:
            if begins:
                written = await connection.execute(BEGIN, (*_place(cursor), cursor.feed))
            else:
                place = *_place(cursor), was.feed, *_place(was)
                written = await connection.execute(GO_ON, place)
            if not written.rowcount:
                raise CursorMoved(cursor.feed)

        await self.store.ask(ask)


def _place(cursor: Cursor) -> tuple[str, datetime | None]:
    return cursor.position, cursor.until

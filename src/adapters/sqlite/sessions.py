"""Sessions in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.identity import (
    Ended,
    LaunchUsed,
    NotKnown,
    Session,
    SessionId,
    SessionMissing,
    Spent,
    UserId,
    account_of,
)
from .rows import Row, bounded, maybe_moment, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = "id, person, device, began_at, seen_at, expires_at, ended_at, ended"

BEGUN: Final = """
SELECT 1
  FROM session
 WHERE launch = ?
"""

BEGIN: Final = """
INSERT INTO session (id, person, device, launch, began_at, seen_at, expires_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""

ISSUE: Final = """
INSERT INTO refresh (digest, session)
VALUES (?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM session
 WHERE id = ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM session
 WHERE person = ?1 AND ended_at IS NULL AND expires_at > ?2
 ORDER BY began_at DESC, id DESC
"""

SPEND: Final = """
UPDATE refresh
   SET spent_at = ?
 WHERE digest = ? AND spent_at IS NULL
"""

REFRESHES: Final = f"""
SELECT {COLUMNS}
  FROM session
 WHERE id = (SELECT session FROM refresh WHERE digest = ?)
"""

REFRESH: Final = """
UPDATE session
   SET seen_at = ?, expires_at = ?
 WHERE id = ? AND ended_at IS NULL
"""

ENDING: Final = """
SELECT id
  FROM session
 WHERE person = ?1 AND ended_at IS NULL AND (?2 IS NULL OR id = ?2) AND id IS NOT ?3
 ORDER BY id
"""

END: Final = """
UPDATE session
   SET ended_at = ?, ended = ?
 WHERE id = ?
"""

THEIRS: Final = "SELECT id FROM session WHERE person = ?"

OVER: Final = """
SELECT id
  FROM session
 WHERE min(expires_at, coalesce(ended_at, expires_at)) < ?
 LIMIT ?
"""


@frozen
class SqliteSessions:
    """A row for each session, and one for each refresh token it ever had."""

    store: SqliteStore

    async def begin(self, session: Session, launch: bytes, refresh: bytes) -> None:
        """As the port says."""
        await self.store.write(_begin, session, launch, refresh)

    async def get(self, id: SessionId) -> Session:
        """As the port says."""
        return await self.store.read(_get, id)

    async def of(self, user: UserId, at: datetime) -> Sequence[Session]:
        """As the port says."""
        return await self.store.read(_of, user, ticks_of(at))

    async def spend(self, refresh: bytes, at: datetime) -> Spent:
        """As the port says."""
        return await self.store.write(_spend, refresh, ticks_of(at))

    async def refresh(self, session: Session, refresh: bytes) -> None:
        """As the port says."""
        await self.store.write(_refresh, session, refresh)

    async def end(
        self,
        user: UserId,
        at: datetime,
        why: Ended,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> Sequence[SessionId]:
        """As the port says."""
        return await self.store.write(_end, user, ticks_of(at), why, only, but)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_forget, OVER, (ticks_of(before), bounded(limit)))

    async def wipe(self, user: UserId) -> int:
        """As the port says."""
        return await self.store.write(_forget, THEIRS, (user,))


def _begin(connection: Connection, session: Session, launch: bytes, refresh: bytes) -> None:
    if connection.execute(BEGUN, (launch,)).fetchone():
        raise LaunchUsed(account_of(session.user))
    row = (
        session.id.bytes,
        session.user,
        session.device,
        launch,
        ticks_of(session.began_at),
        ticks_of(session.seen_at),
        ticks_of(session.expires_at),
    )
    connection.execute(BEGIN, row)
    connection.execute(ISSUE, (refresh, session.id.bytes))


def _get(connection: Connection, id: SessionId) -> Session:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    if row is None:
        raise SessionMissing(id)
    return _session(row)


def _of(connection: Connection, user: UserId, at: int) -> list[Session]:
    return [_session(row) for row in connection.execute(OF, (user, at))]


def _spend(connection: Connection, refresh: bytes, at: int) -> Spent:
    first = connection.execute(SPEND, (at, refresh)).rowcount > 0
    row = connection.execute(REFRESHES, (refresh,)).fetchone()
    if row is None:
        raise NotKnown("refresh token")
    return Spent(_session(row), first)


def _refresh(connection: Connection, session: Session, refresh: bytes) -> None:
    values = ticks_of(session.seen_at), ticks_of(session.expires_at), session.id.bytes
    if not connection.execute(REFRESH, values).rowcount:
        raise SessionMissing(session.id)
    connection.execute(ISSUE, (refresh, session.id.bytes))


def _end(
    connection: Connection,
    user: UserId,
    at: int,
    why: Ended,
    only: SessionId | None,
    but: SessionId | None,
) -> list[SessionId]:
    named = [None if id is None else id.bytes for id in (only, but)]
    ending = [id for (id,) in connection.execute(ENDING, (user, *named))]
    connection.executemany(END, [(at, why.value, id) for id in ending])
    return [SessionId(UUID(bytes=id)) for id in ending]


def _forget(connection: Connection, which: str, values: Row) -> int:
    over = connection.execute(which, values).fetchall()
    connection.executemany("DELETE FROM refresh WHERE session = ?", over)
    connection.executemany("DELETE FROM session WHERE id = ?", over)
    return len(over)


def _session(row: Row) -> Session:
    id, user, device, began_at, seen_at, expires_at, ended_at, ended = row
    return Session(
        id=SessionId(UUID(bytes=id)),
        user=UserId(user),
        device=device,
        began_at=moment_of(began_at),
        seen_at=moment_of(seen_at),
        expires_at=moment_of(expires_at),
        ended_at=maybe_moment(ended_at),
        ended=None if ended is None else Ended(ended),
    )

"""Sessions on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

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
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, person, device, began_at, seen_at, expires_at, ended_at, ended
  FROM altyn.session"""
BEGIN: Final = """
INSERT INTO altyn.session (id, person, device, launch, began_at, seen_at, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (launch) DO NOTHING
"""
ISSUE: Final = "INSERT INTO altyn.refresh (digest, session) VALUES (%s, %s)"
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# A refresh token is locked before its session, and sessions by id.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
OF: Final = f"""{ROWS}
 WHERE person = %s AND ended_at IS NULL AND expires_at > %s
 ORDER BY began_at DESC, id DESC
"""
# Of two at once the second waits for the first, and finds it spent.
SPEND: Final = """
UPDATE altyn.refresh
   SET spent_at = %s
 WHERE digest = %s AND spent_at IS NULL
"""
REFRESHES: Final = "SELECT session FROM altyn.refresh WHERE digest = %s"
REFRESH: Final = """
UPDATE altyn.session
   SET seen_at = %s, expires_at = %s
 WHERE id = %s AND ended_at IS NULL
"""
ENDING: Final = """
SELECT id
  FROM altyn.session
 WHERE person = %(user)s AND ended_at IS NULL
   AND (%(only)s::uuid IS NULL OR id = %(only)s) AND id IS DISTINCT FROM %(but)s::uuid
 ORDER BY id
   FOR NO KEY UPDATE
"""
END: Final = "UPDATE altyn.session SET ended_at = %s, ended = %s WHERE id = ANY (%s)"
OVER: Final = """
SELECT id
  FROM altyn.session
 WHERE least(expires_at, ended_at) < %s
 LIMIT %s
   FOR UPDATE SKIP LOCKED
"""
THEIRS: Final = "SELECT id FROM altyn.session WHERE person = %s ORDER BY id FOR UPDATE"
FORGET_TOKENS: Final = "DELETE FROM altyn.refresh WHERE session = ANY (%s)"
FORGET: Final = "DELETE FROM altyn.session WHERE id = ANY (%s)"


@frozen
class PostgresSessions:
    """A row for each session, and one for each refresh token it ever had."""

    store: PostgresStore

    async def begin(self, session: Session, launch: bytes, refresh: bytes) -> None:
        """As the port says."""
        row = (
            session.id,
            session.user,
            session.device,
            launch,
            session.began_at,
            session.seen_at,
            session.expires_at,
        )

        async def ask(connection: Connection) -> None:
            async with connection.transaction():
                if not (await connection.execute(BEGIN, row)).rowcount:
                    raise LaunchUsed(account_of(session.user))
                await connection.execute(ISSUE, (refresh, session.id))

        await self.store.ask(ask)

    async def get(self, id: SessionId) -> Session:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Session:
            row = await (await connection.execute(query.encode(), (id,))).fetchone()
            if row is None:
                raise SessionMissing(id)
            return _session(row)

        return await self.store.ask(ask)

    async def of(self, user: UserId, at: datetime) -> Sequence[Session]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Session]:
            rows = await (await connection.execute(OF.encode(), (user, at))).fetchall()
            return [_session(row) for row in rows]

        return await self.store.ask(ask)

    async def spend(self, refresh: bytes, at: datetime) -> Spent:
        """As the port says."""

        async def ask(connection: Connection) -> Spent:
            async with connection.transaction():
                first = (await connection.execute(SPEND, (at, refresh))).rowcount > 0
                token = await (await connection.execute(REFRESHES, (refresh,))).fetchone()
                row = await (await connection.execute(LOCKED.encode(), token or (None,))).fetchone()
            if row is None:
                raise NotKnown("refresh token")
            return Spent(_session(row), first)

        return await self.store.ask(ask)

    async def refresh(self, session: Session, refresh: bytes) -> None:
        """As the port says."""
        values = session.seen_at, session.expires_at, session.id

        async def ask(connection: Connection) -> None:
            async with connection.transaction():
                if not (await connection.execute(REFRESH, values)).rowcount:
                    raise SessionMissing(session.id)
                await connection.execute(ISSUE, (refresh, session.id))

        await self.store.ask(ask)

    async def end(
        self,
        user: UserId,
        at: datetime,
        why: Ended,
        only: SessionId | None = None,
        but: SessionId | None = None,
    ) -> Sequence[SessionId]:
        """As the port says."""
        named = {"user": user, "only": only, "but": but}

        async def ask(connection: Connection) -> Sequence[SessionId]:
            async with connection.transaction():
                rows = await (await connection.execute(ENDING, named)).fetchall()
                ending = [SessionId(id) for (id,) in rows]
                await connection.execute(END, (at, why.value, ending))
            return ending

        return await self.store.ask(ask)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self._forget(OVER, (before, limit))

    async def wipe(self, user: UserId) -> int:
        """As the port says."""
        return await self._forget(THEIRS, (user,))

    async def _forget(self, which: str, values: tuple[Any, ...]) -> int:
        async def ask(connection: Connection) -> int:
            async with connection.transaction():
                rows = await (await connection.execute(which.encode(), values)).fetchall()
                over = [id for (id,) in rows]
                await connection.execute(FORGET_TOKENS, (over,))
                await connection.execute(FORGET, (over,))
            return len(over)

        return await self.store.ask(ask)


def _session(row: tuple[Any, ...]) -> Session:
    id, user, device, began_at, seen_at, expires_at, ended_at, ended = row
    return Session(
        id=SessionId(id),
        user=UserId(user),
        device=device,
        began_at=began_at,
        seen_at=seen_at,
        expires_at=expires_at,
        ended_at=ended_at,
        ended=None if ended is None else Ended(ended),
    )

"""What people are told, and what they prefer, on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from psycopg.types.json import Jsonb

from ...core.money import UNITS_MAX
from ...core.notifications import (
    MOVES,
    Notification,
    NotificationId,
    NotificationMissing,
    NotificationMoved,
    Preference,
    Recipient,
    State,
    Unsent,
)
from .store import Connection, PostgresStore

Row = tuple[Any, ...]

ROWS: Final = """
SELECT id, source, recipient, kind, facts, made_at, until, repeats, state, tries, check_at,
       in_doubt, told, version
  FROM altyn.notification"""
# Whoever tells of the same at the same moment waits here, and finds that it is told.
ADD: Final = """
INSERT INTO altyn.notification (id, source, recipient, kind, facts, made_at, until, repeats,
                                state, tries, check_at, in_doubt, told, version)
SELECT id, source, recipient, kind, facts, made_at, until, repeats, state, tries, check_at,
       in_doubt, told, version
  FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::jsonb[], %s::timestamptz[],
              %s::timestamptz[], %s::boolean[], %s::text[], %s::int[], %s::timestamptz[],
              %s::boolean[], %s::text[], %s::bigint[])
       WITH ORDINALITY AS n (id, source, recipient, kind, facts, made_at, until, repeats, state,
                             tries, check_at, in_doubt, told, version, place)
 ORDER BY place
ON CONFLICT (source, recipient, kind) DO NOTHING
"""
ONE: Final = f"{ROWS} WHERE id = %s"
# Whoever claims at the same moment goes past what is claimed here.
CLAIM: Final = """
WITH due AS (
    SELECT id, check_at
      FROM altyn.notification
     WHERE state = 'waiting' AND check_at <= %(at)s
       AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
     ORDER BY repeats DESC, check_at, id
     LIMIT %(limit)s
       FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE altyn.notification AS n
   SET check_at = %(until)s, version = version + 1
  FROM due
 WHERE n.id = due.id
RETURNING n.id, n.source, n.recipient, n.kind, n.facts, n.made_at, n.until, n.repeats, n.state,
          n.tries, n.check_at, n.in_doubt, n.told, n.version, due.check_at
"""
# Whom it tells of what is not among what changes.
PUT: Final = """
UPDATE altyn.notification
   SET state = %s, tries = %s, check_at = %s, in_doubt = %s, told = %s, version = %s
 WHERE id = %s AND version = %s AND state = ANY (%s)
"""
OF: Final = f"""{ROWS}
 WHERE recipient = %(recipient)s
   AND (%(at)s::timestamptz IS NULL OR (made_at, id) < (%(at)s, %(id)s::uuid))
 ORDER BY made_at DESC, id DESC
 LIMIT %(limit)s
"""
UNSENT: Final = """
SELECT count(*), min(check_at) FROM altyn.notification WHERE state = 'waiting' AND check_at <= %s
"""
FORGET: Final = """
DELETE FROM altyn.notification
 WHERE id IN (
       SELECT id FROM altyn.notification
        WHERE state <> 'waiting' AND made_at < %s
        ORDER BY made_at, id LIMIT %s)
"""
WIPE: Final = "DELETE FROM altyn.notification WHERE recipient = %s"
PREFERENCES: Final = """
SELECT recipient, declined, gone_since FROM altyn.preference WHERE recipient = ANY (%s)
"""
PREFERENCE: Final = """
INSERT INTO altyn.preference (recipient, declined, gone_since)
VALUES (%s, %s, %s)
ON CONFLICT (recipient) DO UPDATE SET declined = excluded.declined, gone_since = excluded.gone_since
"""


@frozen
class PostgresNotifications:
    """A row for each notification."""

    store: PostgresStore

    async def add(self, notifications: Sequence[Notification]) -> None:
        """As the port says."""
        columns = [list(column) for column in zip(*map(_row, notifications), strict=True)]

        async def ask(connection: Connection) -> None:
            if columns:
                await connection.execute(ADD, columns)

        await self.store.ask(ask)

    async def get(self, id: NotificationId) -> Notification:
        """As the port says."""

        async def ask(connection: Connection) -> Notification:
            return await _one(connection, id)

        return await self.store.ask(ask)

    async def claim(
        self, at: datetime, until: datetime, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[Notification]:
        """As the port says."""
        of = None if kinds is None else list(kinds)
        values = {"at": at, "until": until, "limit": limit, "kinds": of}

        async def ask(connection: Connection) -> Sequence[Notification]:
            rows = await (await connection.execute(CLAIM, values)).fetchall()
            rows.sort(key=lambda row: (not row[7], row[-1], row[0]))
            return [_notification(row[:-1]) for row in rows]

        return await self.store.ask(ask)

    async def put(self, notification: Notification) -> None:
        """As the port says."""
        before = [
            state.value
            for state, moves in MOVES.items()
            if notification.state is state or notification.state in moves
        ]
        changing = _row(notification)[8:]
        values = (*changing, notification.id, notification.version - 1, before)

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                kept = await _one(connection, notification.id)
                raise NotificationMoved(notification.id, kept.state)

        await self.store.ask(ask)

    async def of(
        self,
        recipient: Recipient,
        limit: int,
        before: tuple[datetime, NotificationId] | None = None,
    ) -> Sequence[Notification]:
        """As the port says."""
        at, id = before or (None, None)
        values = {"recipient": recipient, "at": at, "id": id, "limit": min(limit, UNITS_MAX)}

        async def ask(connection: Connection) -> Sequence[Notification]:
            rows = await (await connection.execute(OF.encode(), values)).fetchall()
            return [_notification(row) for row in rows]

        return await self.store.ask(ask)

    async def unsent(self, at: datetime) -> Unsent:
        """As the port says."""

        async def ask(connection: Connection) -> Unsent:
            row = await (await connection.execute(UNSENT, (at,))).fetchone()
            due, oldest = row or (0, None)
            return Unsent(due=due, oldest=oldest)

        return await self.store.ask(ask)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self._changed(FORGET, (before, min(limit, UNITS_MAX)))

    async def wipe(self, recipient: Recipient) -> int:
        """As the port says."""
        return await self._changed(WIPE, (recipient,))

    async def _changed(self, statement: str, values: Row) -> int:
        async def ask(connection: Connection) -> int:
            return (await connection.execute(statement.encode(), values)).rowcount

        return await self.store.ask(ask)


@frozen
class PostgresPreferences:
    """A row for each recipient who said something."""

    store: PostgresStore

    async def of(self, recipients: Collection[Recipient]) -> Mapping[Recipient, Preference]:
        """As the port says."""

        async def ask(connection: Connection) -> Mapping[Recipient, Preference]:
            rows = await (await connection.execute(PREFERENCES, (list(recipients),))).fetchall()
            return {
                recipient: Preference(
                    recipient=recipient, declined=frozenset(declined), gone_since=gone_since
                )
                for recipient, declined, gone_since in rows
            }

        return await self.store.ask(ask)

    async def put(self, preference: Preference) -> None:
        """As the port says."""
        values = preference.recipient, sorted(preference.declined), preference.gone_since

        async def ask(connection: Connection) -> None:
            await connection.execute(PREFERENCE, values)

        await self.store.ask(ask)


async def _one(connection: Connection, id: NotificationId) -> Notification:
    row = await (await connection.execute(ONE.encode(), (id,))).fetchone()
    if row is None:
        raise NotificationMissing(id)
    return _notification(row)


def _row(notification: Notification) -> Row:
    return (
        notification.id,
        notification.source,
        notification.recipient,
        notification.kind,
        Jsonb(dict(notification.facts)),
        notification.made_at,
        notification.until,
        notification.repeats,
        notification.state.value,
        notification.tries,
        notification.check_at,
        notification.in_doubt,
        notification.told,
        notification.version,
    )


def _notification(row: Row) -> Notification:
    id, source, recipient, kind, facts, made_at, until, repeats, state, tries = row[:10]
    check_at, in_doubt, told, version = row[10:]
    return Notification(
        id=id,
        source=source,
        recipient=recipient,
        kind=kind,
        facts=facts,
        made_at=made_at,
        until=until,
        repeats=repeats,
        state=State(state),
        tries=tries,
        check_at=check_at,
        in_doubt=in_doubt,
        told=told,
        version=version,
    )

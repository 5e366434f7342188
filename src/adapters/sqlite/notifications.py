"""What people are told, and what they prefer, in SQLite."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

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
from .rows import AFTER_ALL, Row, bounded, marks, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, source, recipient, kind, facts, made_at, until, repeats, state, tries, check_at,
       in_doubt, told, version"""

ADD: Final = f"""
INSERT INTO notification ({COLUMNS})
VALUES ({marks(14)})
    ON CONFLICT (source, recipient, kind) DO NOTHING
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM notification
 WHERE id = ?
"""

DUE: Final = f"""
SELECT {COLUMNS}
  FROM notification
 WHERE state = 'waiting' AND check_at <= ?1
   AND (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2)))
 ORDER BY repeats DESC, check_at, id
 LIMIT ?3
"""

# Whom it tells of what is not among what changes.
PUT: Final = """
UPDATE notification
   SET state = ?, tries = ?, check_at = ?, in_doubt = ?, told = ?, version = ?
 WHERE id = ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM notification
 WHERE recipient = ? AND (made_at, id) < (?, ?)
 ORDER BY made_at DESC, id DESC
 LIMIT ?
"""

UNSENT: Final = """
SELECT count(*), min(check_at)
  FROM notification
 WHERE state = 'waiting' AND check_at <= ?
"""

FORGET: Final = """
DELETE FROM notification
 WHERE id IN (
       SELECT id
         FROM notification
        WHERE state <> 'waiting' AND made_at < ?
        ORDER BY made_at, id
        LIMIT ?)
"""

WIPE: Final = "DELETE FROM notification WHERE recipient = ?"

PREFERENCE_OF: Final = """
SELECT declined, gone_since
  FROM preference
 WHERE recipient = ?
"""

PREFERENCE: Final = """
INSERT INTO preference (recipient, declined, gone_since)
VALUES (?, ?, ?)
    ON CONFLICT (recipient) DO UPDATE
   SET declined = excluded.declined, gone_since = excluded.gone_since
"""


@frozen
class SqliteNotifications:
    """A row for each notification."""

    store: SqliteStore

    async def add(self, notifications: Sequence[Notification]) -> None:
        """As the port says."""
        await self.store.write(_add, notifications)

    async def get(self, id: NotificationId) -> Notification:
        """As the port says."""
        return await self.store.read(_get, id)

    async def claim(
        self, at: datetime, until: datetime, limit: int, kinds: Collection[str] | None = None
    ) -> Sequence[Notification]:
        """As the port says."""
        due = ticks_of(at), None if kinds is None else json.dumps(list(kinds))
        # Most looks find nothing, and a look keeps nobody from writing.
        if not await self.store.read(_due, (*due, 1)):
            return []
        return await self.store.write(_claim, (*due, bounded(limit)), until)

    async def put(self, notification: Notification) -> None:
        """As the port says."""
        await self.store.write(_put, notification)

    async def of(
        self,
        recipient: Recipient,
        limit: int,
        before: tuple[datetime, NotificationId] | None = None,
    ) -> Sequence[Notification]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        return await self.store.read(_of, (recipient, *place, bounded(limit)))

    async def unsent(self, at: datetime) -> Unsent:
        """As the port says."""
        due, oldest = await self.store.read(_unsent, ticks_of(at))
        return Unsent(due=due, oldest=None if oldest is None else moment_of(oldest))

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_changed, FORGET, (ticks_of(before), bounded(limit)))

    async def wipe(self, recipient: Recipient) -> int:
        """As the port says."""
        return await self.store.write(_changed, WIPE, (recipient,))


@frozen
class SqlitePreferences:
    """A row for each recipient who said something."""

    store: SqliteStore

    async def of(self, recipients: Collection[Recipient]) -> Mapping[Recipient, Preference]:
        """As the port says."""
        return await self.store.read(_preferences, recipients)

    async def put(self, preference: Preference) -> None:
        """As the port says."""
        gone_since = None if preference.gone_since is None else ticks_of(preference.gone_since)
        await self.store.write(
            _preference, (preference.recipient, json.dumps(sorted(preference.declined)), gone_since)
        )


def _changed(connection: Connection, statement: str, values: Row) -> int:
    return connection.execute(statement, values).rowcount


def _add(connection: Connection, notifications: Sequence[Notification]) -> None:
    connection.executemany(ADD, [_row(each) for each in notifications])


def _get(connection: Connection, id: NotificationId) -> Notification:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    if row is None:
        raise NotificationMissing(id)
    return _notification(row)


def _due(connection: Connection, due: Row) -> list[Notification]:
    return [_notification(row) for row in connection.execute(DUE, due)]


def _claim(connection: Connection, due: Row, until: datetime) -> list[Notification]:
    claimed = [each.changed(check_at=until) for each in _due(connection, due)]
    connection.executemany(PUT, [(*_row(each)[8:], each.id.bytes) for each in claimed])
    return claimed


def _put(connection: Connection, notification: Notification) -> None:
    kept = _get(connection, notification.id)
    moves = MOVES[kept.state] | {kept.state}
    if kept.version + 1 != notification.version or notification.state not in moves:
        raise NotificationMoved(notification.id, kept.state)
    connection.execute(PUT, (*_row(notification)[8:], notification.id.bytes))


def _of(connection: Connection, values: Row) -> list[Notification]:
    return [_notification(row) for row in connection.execute(OF, values)]


def _unsent(connection: Connection, at: int) -> Row:
    row: Row = connection.execute(UNSENT, (at,)).fetchone()
    return row


def _preferences(
    connection: Connection, recipients: Collection[Recipient]
) -> dict[Recipient, Preference]:
    found = {}
    for each in recipients:
        if (row := connection.execute(PREFERENCE_OF, (each,)).fetchone()) is not None:
            declined, gone_since = row
            found[each] = Preference(
                recipient=each,
                declined=frozenset(json.loads(declined)),
                gone_since=None if gone_since is None else moment_of(gone_since),
            )
    return found


def _preference(connection: Connection, values: Row) -> None:
    connection.execute(PREFERENCE, values)


def _row(notification: Notification) -> Row:
    """What becomes of it stands at the end, from `state` on."""
    return (
        notification.id.bytes,
        notification.source.bytes,
        notification.recipient,
        notification.kind,
        json.dumps(dict(notification.facts), ensure_ascii=False),
        ticks_of(notification.made_at),
        ticks_of(notification.until),
        notification.repeats,
        notification.state.value,
        notification.tries,
        None if notification.check_at is None else ticks_of(notification.check_at),
        notification.in_doubt,
        notification.told,
        notification.version,
    )


def _notification(row: Row) -> Notification:
    id, source, recipient, kind, facts, made_at, until, repeats, state, tries = row[:10]
    check_at, in_doubt, told, version = row[10:]
    return Notification(
        id=NotificationId(UUID(bytes=id)),
        source=UUID(bytes=source),
        recipient=Recipient(recipient),
        kind=kind,
        facts=json.loads(facts),
        made_at=moment_of(made_at),
        until=moment_of(until),
        repeats=bool(repeats),
        state=State(state),
        tries=tries,
        check_at=None if check_at is None else moment_of(check_at),
        in_doubt=bool(in_doubt),
        told=told,
        version=version,
    )

"""Broadcasts in SQLite."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.broadcasts import (
    BROADCAST_MOVES,
    Announcement,
    Broadcast,
    BroadcastId,
    BroadcastMissing,
    BroadcastMoved,
    BroadcastState,
    Counts,
    Link,
    Segment,
)
from ...core.identity import Language, Role
from .rows import (
    AFTER_ALL,
    Row,
    bounded,
    marks,
    maybe_moment,
    maybe_ticks,
    moment_of,
    ticks_of,
)
from .store import SqliteStore

COLUMNS: Final = """
       id, author, created_at, texts, label, url, language, role, bought_since, not_bought_since,
       seen_since, state, begun_at, gathered_to, gathered, ended_at, version"""

ROWS: Final = f"""
SELECT {COLUMNS}, waiting, sending, sent, gone, refused, declined, unknown
  FROM broadcast"""

ADD: Final = f"""
INSERT INTO broadcast ({COLUMNS})
VALUES ({marks(17)})
"""

ONE: Final = f"""{ROWS}
 WHERE id = ?
"""

# Who wrote it and when is not among what changes.
PUT: Final = """
UPDATE broadcast
   SET texts = ?, label = ?, url = ?, language = ?, role = ?, bought_since = ?,
       not_bought_since = ?, seen_since = ?, state = ?, begun_at = ?, gathered_to = ?,
       gathered = ?, ended_at = ?, version = ?
 WHERE id = ?
"""

# Nor what it says, once it has begun.
PUT_BEGUN: Final = """
UPDATE broadcast
   SET state = ?, gathered_to = ?, gathered = ?, ended_at = ?, version = ?
 WHERE id = ?
"""

NEWEST: Final = f"""{ROWS}
 WHERE (created_at, id) < (?, ?)
 ORDER BY created_at DESC, id DESC
 LIMIT ?
"""

UNDER_WAY: Final = f"""{ROWS}
 WHERE begun_at IS NOT NULL AND ended_at IS NULL AND (state <> 'paused' OR sending > 0)
 ORDER BY begun_at, id
"""


@frozen
class SqliteBroadcasts:
    """A row for each; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """As the port says."""
        return await self.store.write(_add, broadcast)

    async def get(self, id: BroadcastId) -> Broadcast:
        """As the port says."""
        return await self.store.read(_get, id)

    async def put(self, broadcast: Broadcast) -> None:
        """As the port says."""
        await self.store.write(_put, broadcast)

    async def newest(
        self, limit: int, before: tuple[datetime, BroadcastId] | None = None
    ) -> Sequence[Broadcast]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        return await self.store.read(_found, NEWEST, (*place, bounded(limit)))

    async def under_way(self) -> Sequence[Broadcast]:
        """As the port says."""
        return await self.store.read(_found, UNDER_WAY, ())


def _add(connection: Connection, broadcast: Broadcast) -> Broadcast:
    row = connection.execute(ONE, (broadcast.id.bytes,)).fetchone()
    if row is not None:
        return _broadcast(row)
    connection.execute(ADD, _row(broadcast))
    return broadcast


def _get(connection: Connection, id: BroadcastId) -> Broadcast:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    if row is None:
        raise BroadcastMissing(id)
    return _broadcast(row)


def _put(connection: Connection, broadcast: Broadcast) -> None:
    kept = _get(connection, broadcast.id)
    moves = BROADCAST_MOVES[kept.state] | {kept.state}
    if kept.version + 1 != broadcast.version or broadcast.state not in moves:
        raise BroadcastMoved(broadcast.id, kept.state)
    changing = _row(broadcast)[3:]
    if kept.state is BroadcastState.DRAFT:
        connection.execute(PUT, (*changing, broadcast.id.bytes))
    else:
        state, _, *rest = changing[8:]
        connection.execute(PUT_BEGUN, (state, *rest, broadcast.id.bytes))


def _found(connection: Connection, query: str, values: Row) -> list[Broadcast]:
    return [_broadcast(row) for row in connection.execute(query, values)]


def _row(broadcast: Broadcast) -> Row:
    """What changes stands from `texts` on, and what still does once it has begun from `state`."""
    announcement, segment = broadcast.announcement, broadcast.segment
    link = announcement.link
    return (
        broadcast.id.bytes,
        broadcast.author,
        ticks_of(broadcast.created_at),
        json.dumps(dict(announcement.texts), ensure_ascii=False),
        None if link is None else link.label,
        None if link is None else link.url,
        segment.language,
        segment.role,
        maybe_ticks(segment.bought_since),
        maybe_ticks(segment.not_bought_since),
        maybe_ticks(segment.seen_since),
        broadcast.state.value,
        maybe_ticks(broadcast.begun_at),
        broadcast.gathered_to,
        broadcast.gathered,
        maybe_ticks(broadcast.ended_at),
        broadcast.version,
    )


def _broadcast(row: Row) -> Broadcast:
    id, author, created_at, texts, label, url, language, role, bought, not_bought, seen = row[:11]
    state, begun_at, gathered_to, gathered, ended_at, version, *counts = row[11:]
    waiting, sending, sent, gone, refused, declined, unknown = counts
    return Broadcast(
        id=BroadcastId(UUID(bytes=id)),
        author=author,
        announcement=Announcement(
            texts={Language(each): text for each, text in json.loads(texts).items()},
            link=None if label is None else Link(label, url),
        ),
        segment=Segment(
            language=None if language is None else Language(language),
            role=None if role is None else Role(role),
            bought_since=maybe_moment(bought),
            not_bought_since=maybe_moment(not_bought),
            seen_since=maybe_moment(seen),
        ),
        state=BroadcastState(state),
        created_at=moment_of(created_at),
        begun_at=maybe_moment(begun_at),
        gathered_to=gathered_to,
        gathered=bool(gathered),
        ended_at=maybe_moment(ended_at),
        counts=Counts(
            waiting=waiting,
            sending=sending,
            sent=sent,
            gone=gone,
            refused=refused,
            declined=declined,
            unknown=unknown,
        ),
        version=version,
    )

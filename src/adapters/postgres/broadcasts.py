"""Broadcasts on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen
from psycopg.types.json import Jsonb

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
from ...core.money import UNITS_MAX
from .places import AFTER_ALL
from .store import Connection, PostgresStore

COLUMNS: Final = """
id, author, created_at, texts, label, url, language, role, bought_since, not_bought_since,
seen_since, state, begun_at, gathered_to, gathered, ended_at, version"""
ROWS: Final = f"""
SELECT {COLUMNS}, waiting, sending, sent, gone, refused, declined, unknown
  FROM altyn.broadcast"""  # noqa: S608 - columns named once
ADD: Final = f"""
INSERT INTO altyn.broadcast ({COLUMNS})
VALUES ({", ".join(["%s"] * 17)})
ON CONFLICT DO NOTHING
"""  # noqa: S608
ONE: Final = f"{ROWS} WHERE id = %s"
# Letters are locked before the broadcast that counts them, people after it.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
# Who wrote it and when is not among what changes, nor what it says, once it has begun.
PUT: Final = """
UPDATE altyn.broadcast
   SET texts = %s, label = %s, url = %s, language = %s, role = %s, bought_since = %s,
       not_bought_since = %s, seen_since = %s, state = %s, begun_at = %s, gathered_to = %s,
       gathered = %s, ended_at = %s, version = %s
 WHERE id = %s AND version = %s AND state = 'draft'
"""
PUT_BEGUN: Final = """
UPDATE altyn.broadcast
   SET state = %s, gathered_to = %s, gathered = %s, ended_at = %s, version = %s
 WHERE id = %s AND version = %s AND state = ANY (%s) AND state <> 'draft'
"""
NEWEST: Final = f"""{ROWS}
 WHERE (created_at, id) < (%s, %s)
 ORDER BY created_at DESC, id DESC
 LIMIT %s
"""
UNDER_WAY: Final = f"""{ROWS}
 WHERE begun_at IS NOT NULL AND ended_at IS NULL AND (state <> 'paused' OR sending > 0)
 ORDER BY begun_at, id
"""


@frozen
class PostgresBroadcasts:
    """A row for each, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, broadcast: Broadcast) -> Broadcast:
        """As the port says."""

        async def ask(connection: Connection) -> Broadcast:
            await connection.execute(ADD.encode(), _row(broadcast))
            return await _one(connection, ONE, broadcast.id)

        return await self.store.ask(ask)

    async def get(self, id: BroadcastId) -> Broadcast:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Broadcast:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, broadcast: Broadcast) -> None:
        """As the port says."""
        known = broadcast.id, broadcast.version - 1
        changing = _row(broadcast)[3:]
        state, _, *rest = changing[8:]
        before = [
            each.value
            for each, moves in BROADCAST_MOVES.items()
            if broadcast.state is each or broadcast.state in moves
        ]

        async def ask(connection: Connection) -> None:
            done = 0
            if BroadcastState.DRAFT.value in before:
                done = (await connection.execute(PUT, (*changing, *known))).rowcount
            if not done:
                values = (state, *rest, *known, before)
                done = (await connection.execute(PUT_BEGUN, values)).rowcount
            if not done:
                kept = await _one(connection, ONE, broadcast.id)
                raise BroadcastMoved(broadcast.id, kept.state)

        await self.store.ask(ask)

    async def newest(
        self, limit: int, before: tuple[datetime, BroadcastId] | None = None
    ) -> Sequence[Broadcast]:
        """As the port says."""
        return await self._all(NEWEST, (*(before or AFTER_ALL), min(limit, UNITS_MAX)))

    async def under_way(self) -> Sequence[Broadcast]:
        """As the port says."""
        return await self._all(UNDER_WAY, ())

    async def _all(self, query: str, values: tuple[object, ...]) -> Sequence[Broadcast]:
        async def ask(connection: Connection) -> Sequence[Broadcast]:
            found = await connection.execute(query.encode(), values)
            return [_broadcast(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: BroadcastId) -> Broadcast:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise BroadcastMissing(id)
    return _broadcast(row)


def _row(broadcast: Broadcast) -> tuple[object, ...]:
    """What changes stands from `texts` on, and what still does once it has begun from `state`."""
    announcement, segment = broadcast.announcement, broadcast.segment
    link = announcement.link
    return (
        broadcast.id,
        broadcast.author,
        broadcast.created_at,
        Jsonb({language.value: text for language, text in announcement.texts.items()}),
        None if link is None else link.label,
        None if link is None else link.url,
        None if segment.language is None else segment.language.value,
        None if segment.role is None else segment.role.value,
        segment.bought_since,
        segment.not_bought_since,
        segment.seen_since,
        broadcast.state.value,
        broadcast.begun_at,
        broadcast.gathered_to,
        broadcast.gathered,
        broadcast.ended_at,
        broadcast.version,
    )


def _broadcast(row: tuple[Any, ...]) -> Broadcast:
    id, author, created_at, texts, label, url, language, role, bought, not_bought, seen = row[:11]
    state, begun_at, gathered_to, gathered, ended_at, version, *counts = row[11:]
    waiting, sending, sent, gone, refused, declined, unknown = counts
    return Broadcast(
        id=id,
        author=author,
        announcement=Announcement(
            texts={Language(each): text for each, text in texts.items()},
            link=None if label is None else Link(label, url),
        ),
        segment=Segment(
            language=None if language is None else Language(language),
            role=None if role is None else Role(role),
            bought_since=bought,
            not_bought_since=not_bought,
            seen_since=seen,
        ),
        state=BroadcastState(state),
        created_at=created_at,
        begun_at=begun_at,
        gathered_to=gathered_to,
        gathered=gathered,
        ended_at=ended_at,
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

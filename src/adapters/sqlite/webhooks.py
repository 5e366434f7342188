"""Webhooks in SQLite."""

import json
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.notifications import (
    WEBHOOK_MOVES,
    Webhook,
    WebhookId,
    WebhookMissing,
    WebhookMoved,
    WebhookState,
)
from .rows import Row, marks, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, url, account, created_at, events, secret, old_secret, old_until, state, why,
       failing_since, resting_until, version"""

ADD: Final = f"""
INSERT INTO webhook ({COLUMNS})
VALUES ({marks(13)})
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM webhook
 WHERE id = ?
"""

ALL: Final = f"""
SELECT {COLUMNS}
  FROM webhook
 WHERE state <> 'removed'
 ORDER BY created_at, id
"""

# The address and the account are not among what changes.
PUT: Final = """
UPDATE webhook
   SET events = ?, secret = ?, old_secret = ?, old_until = ?, state = ?, why = ?,
       failing_since = ?, resting_until = ?, version = ?
 WHERE id = ?
"""


@frozen
class SqliteWebhooks:
    """A row for each webhook; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, webhook: Webhook) -> Webhook:
        """As the port says."""
        return await self.store.write(_add, webhook)

    async def get(self, id: WebhookId) -> Webhook:
        """As the port says."""
        webhook = await self.store.read(_get, id)
        if webhook is None:
            raise WebhookMissing(id)
        return webhook

    async def put(self, webhook: Webhook) -> None:
        """As the port says."""
        await self.store.write(_put, webhook)

    async def all(self) -> Sequence[Webhook]:
        """As the port says."""
        return await self.store.read(_all)


def _add(connection: Connection, webhook: Webhook) -> Webhook:
    kept = _get(connection, webhook.id)
    if kept is not None:
        return kept
    fixed = webhook.id.bytes, webhook.url, webhook.account, ticks_of(webhook.created_at)
    connection.execute(ADD, (*fixed, *_changing(webhook)))
    return webhook


def _get(connection: Connection, id: WebhookId) -> Webhook | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _webhook(row)


def _put(connection: Connection, webhook: Webhook) -> None:
    kept = _get(connection, webhook.id)
    if kept is None:
        raise WebhookMissing(webhook.id)
    moves = WEBHOOK_MOVES[kept.state] | {kept.state}
    if kept.version + 1 != webhook.version or webhook.state not in moves:
        raise WebhookMoved(webhook.id, kept.state)
    connection.execute(PUT, (*_changing(webhook), webhook.id.bytes))


def _all(connection: Connection) -> list[Webhook]:
    return [_webhook(row) for row in connection.execute(ALL)]


def _changing(webhook: Webhook) -> Row:
    """What becomes of a webhook, in the order of the columns from `events` on."""
    return (
        json.dumps(webhook.events),
        webhook.secret,
        webhook.old_secret,
        _ticks(webhook.old_until),
        webhook.state.value,
        webhook.why,
        _ticks(webhook.failing_since),
        _ticks(webhook.resting_until),
        webhook.version,
    )


def _ticks(moment: datetime | None) -> int | None:
    return None if moment is None else ticks_of(moment)


def _moment(ticks: int | None) -> datetime | None:
    return None if ticks is None else moment_of(ticks)


def _webhook(row: Row) -> Webhook:
    id, url, account, created_at, events, secret, old_secret, old_until, state, why = row[:10]
    failing_since, resting_until, version = row[10:]
    return Webhook(
        id=WebhookId(UUID(bytes=id)),
        url=url,
        events=tuple(json.loads(events)),
        account=account,
        secret=secret,
        old_secret=old_secret,
        old_until=_moment(old_until),
        state=WebhookState(state),
        why=why,
        failing_since=_moment(failing_since),
        resting_until=_moment(resting_until),
        created_at=moment_of(created_at),
        version=version,
    )

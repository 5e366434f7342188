"""Webhooks on PostgreSQL."""

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from ...core.notifications import (
    WEBHOOK_MOVES,
    Webhook,
    WebhookId,
    WebhookMissing,
    WebhookMoved,
    WebhookState,
)
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, url, events, account, secret, old_secret, old_until, state, why, failing_since,
       resting_until, created_at, version
  FROM altyn.webhook"""
ADD: Final = """
INSERT INTO altyn.webhook (id, url, events, account, secret, old_secret, old_until, state, why,
                           failing_since, resting_until, created_at, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"{ROWS} WHERE id = %s"
# A webhook is locked before its deliveries.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
ALL: Final = f"{ROWS} WHERE state <> 'removed' ORDER BY created_at, id"
# The address and the account are not among what changes.
PUT: Final = """
UPDATE altyn.webhook
   SET events = %s, secret = %s, old_secret = %s, old_until = %s, state = %s, why = %s,
       failing_since = %s, resting_until = %s, version = %s
 WHERE id = %s AND version = %s AND state = ANY (%s)
"""


@frozen
class PostgresWebhooks:
    """A row for each webhook, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, webhook: Webhook) -> Webhook:
        """As the port says."""
        values = (
            webhook.id,
            webhook.url,
            list(webhook.events),
            webhook.account,
            webhook.secret,
            webhook.old_secret,
            webhook.old_until,
            webhook.state.value,
            webhook.why,
            webhook.failing_since,
            webhook.resting_until,
            webhook.created_at,
            webhook.version,
        )

        async def ask(connection: Connection) -> Webhook:
            if (await connection.execute(ADD, values)).rowcount:
                return webhook
            return await _one(connection, ONE, webhook.id)

        return await self.store.ask(ask)

    async def get(self, id: WebhookId) -> Webhook:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Webhook:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, webhook: Webhook) -> None:
        """As the port says."""
        before = [
            state.value
            for state, moves in WEBHOOK_MOVES.items()
            if webhook.state is state or webhook.state in moves
        ]
        values = (
            list(webhook.events),
            webhook.secret,
            webhook.old_secret,
            webhook.old_until,
            webhook.state.value,
            webhook.why,
            webhook.failing_since,
            webhook.resting_until,
            webhook.version,
            webhook.id,
            webhook.version - 1,
            before,
        )

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                kept = await _one(connection, ONE, webhook.id)
                raise WebhookMoved(webhook.id, kept.state)

        await self.store.ask(ask)

    async def all(self) -> Sequence[Webhook]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Webhook]:
            found = await connection.execute(ALL.encode())
            return [_webhook(row) for row in await found.fetchall()]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: WebhookId) -> Webhook:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise WebhookMissing(id)
    return _webhook(row)


def _webhook(row: tuple[Any, ...]) -> Webhook:
    id, url, events, account, secret, old_secret, old_until, state, why, failing, resting = row[:11]
    created_at, version = row[11:]
    return Webhook(
        id=id,
        url=url,
        events=tuple(events),
        account=account,
        secret=secret,
        old_secret=old_secret,
        old_until=old_until,
        state=WebhookState(state),
        why=why,
        failing_since=failing,
        resting_until=resting,
        created_at=created_at,
        version=version,
    )

"""What webhooks are told, in SQLite."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.events import EventId
from ...core.notifications import (
    DELIVERY_MOVES,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryMissing,
    DeliveryMoved,
    DeliveryState,
    Undelivered,
    WebhookId,
)
from .rows import AFTER_ALL, Row, bounded, marks, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, webhook, event, name, body, made_at, state, attempts, tries, check_at, told, version"""
ID: Final = 0
CHECK_AT: Final = 9
"""Where in a row these are."""

ADD: Final = f"""
INSERT INTO webhook_delivery ({COLUMNS})
VALUES ({marks(12)})
    ON CONFLICT (event, webhook) DO NOTHING
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM webhook_delivery
 WHERE id = ?
"""

AWAKE: Final = """
SELECT id
  FROM webhook
 WHERE state = 'enabled' AND (resting_until IS NULL OR resting_until <= ?)
"""

DUE: Final = f"""
SELECT {COLUMNS}
  FROM webhook_delivery
 WHERE webhook = ? AND state = 'waiting' AND check_at <= ?
 ORDER BY check_at, id
 LIMIT ?
"""

# What is told is not among what changes.
PUT: Final = """
UPDATE webhook_delivery
   SET state = ?, attempts = ?, tries = ?, check_at = ?, told = ?, version = ?
 WHERE id = ?
"""

LOG: Final = f"""
INSERT INTO webhook_attempt (delivery, number, at, milliseconds, status, answer, told)
VALUES ({marks(7)})
"""

DROP: Final = """
UPDATE webhook_delivery
   SET state = 'dead', check_at = NULL, told = ?, version = version + 1
 WHERE webhook = ? AND state = 'waiting'
"""

ATTEMPTS: Final = """
SELECT delivery, number, at, milliseconds, status, answer, told
  FROM webhook_attempt
 WHERE delivery = ?
 ORDER BY number
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM webhook_delivery
 WHERE webhook = ? AND (made_at, id) < (?, ?) AND (? IS NULL OR state = ?)
 ORDER BY made_at DESC, id DESC
 LIMIT ?
"""

OLD: Final = """
SELECT id
  FROM webhook_delivery
 WHERE state <> 'waiting' AND made_at < ?
 ORDER BY made_at, id
 LIMIT ?
"""

FORGET_LOG: Final = "DELETE FROM webhook_attempt WHERE delivery = ?"

FORGET: Final = "DELETE FROM webhook_delivery WHERE id = ?"

FORGET_ANSWERS: Final = """
DELETE FROM webhook_attempt
 WHERE delivery IN (SELECT id FROM webhook_delivery WHERE event = ?)
"""

REWORD: Final = "UPDATE webhook_delivery SET body = ?, version = version + 1 WHERE event = ?"

UNDELIVERED: Final = """
SELECT count(*) FILTER (WHERE d.check_at <= :at),
       min(d.check_at) FILTER (WHERE d.check_at <= :at),
       count(*) FILTER (WHERE d.state = 'dead')
  FROM webhook_delivery AS d
  JOIN webhook ON webhook.id = d.webhook
 WHERE webhook.state = 'enabled' AND d.state IN ('waiting', 'dead')
"""


@frozen
class SqliteDeliveries:
    """A row for each delivery, and one for each attempt."""

    store: SqliteStore

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """As the port says."""
        await self.store.write(_add, deliveries)

    async def get(self, id: DeliveryId) -> Delivery:
        """As the port says."""
        return await self.store.read(_get, id)

    async def claim(
        self,
        at: datetime,
        until: datetime,
        limit: int,
        each: int,
        but: Collection[WebhookId] = (),
    ) -> Sequence[Delivery]:
        """As the port says."""
        few = ticks_of(at), bounded(each)
        left_out = frozenset(each.bytes for each in but)
        # Most looks find nothing, and a look keeps nobody from writing.
        if not await self.store.read(_due, few, limit, left_out):
            return []
        return await self.store.write(_claim, few, until, limit, left_out)

    async def put(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        """As the port says."""
        await self.store.write(_put, delivery, attempt)

    async def drop(self, webhook: WebhookId, told: str) -> None:
        """As the port says."""
        await self.store.write(_drop, webhook, told)

    async def attempts(self, id: DeliveryId) -> Sequence[Attempt]:
        """As the port says."""
        return await self.store.read(_attempts, id)

    async def of(
        self,
        webhook: WebhookId,
        limit: int,
        *,
        state: DeliveryState | None = None,
        before: tuple[datetime, DeliveryId] | None = None,
    ) -> Sequence[Delivery]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        chosen = None if state is None else state.value
        values = webhook.bytes, *place, chosen, chosen, bounded(limit)
        return await self.store.read(_of, values)

    async def undelivered(self, at: datetime) -> Undelivered:
        """As the port says."""
        due, oldest, dead = await self.store.read(_undelivered, ticks_of(at))
        since = None if oldest is None else moment_of(oldest)
        return Undelivered(due=due, oldest=since, dead=dead)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""
        return await self.store.write(_forget, ticks_of(before), bounded(limit))

    async def reword(self, event: EventId, body: str) -> None:
        """As the port says."""
        await self.store.write(_reword, event, body)


def _add(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    connection.executemany(ADD, [_row(each) for each in deliveries])


def _get(connection: Connection, id: DeliveryId) -> Delivery:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    if row is None:
        raise DeliveryMissing(id)
    return _delivery(row)


def _due(
    connection: Connection, few: tuple[int, int], limit: int, but: frozenset[bytes]
) -> list[Delivery]:
    """Of each webhook its own few, so that one of which much is due leaves room for the others."""
    awake = [id for (id,) in connection.execute(AWAKE, few[:1]) if id not in but]
    rows = [row for id in awake for row in connection.execute(DUE, (id, *few))]
    rows.sort(key=itemgetter(CHECK_AT, ID))
    return [_delivery(row) for row in rows[:limit]]


def _claim(
    connection: Connection,
    few: tuple[int, int],
    until: datetime,
    limit: int,
    but: frozenset[bytes],
) -> list[Delivery]:
    begun = [
        each.changed(attempts=each.attempts + 1, tries=each.tries + 1, check_at=until)
        for each in _due(connection, few, limit, but)
    ]
    connection.executemany(PUT, [(*_changing(each), each.id.bytes) for each in begun])
    return begun


def _put(connection: Connection, delivery: Delivery, attempt: Attempt | None) -> None:
    kept = _get(connection, delivery.id)
    moves = DELIVERY_MOVES[kept.state] | {kept.state}
    if kept.version + 1 != delivery.version or delivery.state not in moves:
        raise DeliveryMoved(delivery.id, kept.state)
    connection.execute(PUT, (*_changing(delivery), delivery.id.bytes))
    if attempt is not None:
        connection.execute(LOG, _line(attempt))


def _drop(connection: Connection, webhook: WebhookId, told: str) -> None:
    connection.execute(DROP, (told, webhook.bytes))


def _forget(connection: Connection, before: int, limit: int) -> int:
    old = connection.execute(OLD, (before, limit)).fetchall()
    connection.executemany(FORGET_LOG, old)
    connection.executemany(FORGET, old)
    return len(old)


def _reword(connection: Connection, event: EventId, body: str) -> None:
    connection.execute(FORGET_ANSWERS, (event.bytes,))
    connection.execute(REWORD, (body, event.bytes))


def _attempts(connection: Connection, id: DeliveryId) -> list[Attempt]:
    return [_attempt(row) for row in connection.execute(ATTEMPTS, (id.bytes,))]


def _of(connection: Connection, values: Row) -> list[Delivery]:
    return [_delivery(row) for row in connection.execute(OF, values)]


def _undelivered(connection: Connection, at: int) -> Row:
    row: Row = connection.execute(UNDELIVERED, {"at": at}).fetchone()
    return row


def _row(delivery: Delivery) -> Row:
    return (
        delivery.id.bytes,
        delivery.webhook.bytes,
        delivery.event.bytes,
        delivery.name,
        delivery.body,
        ticks_of(delivery.made_at),
        *_changing(delivery),
    )


def _changing(delivery: Delivery) -> Row:
    """What becomes of a delivery, in the order of the columns from `state` on."""
    return (
        delivery.state.value,
        delivery.attempts,
        delivery.tries,
        None if delivery.check_at is None else ticks_of(delivery.check_at),
        delivery.told,
        delivery.version,
    )


def _delivery(row: Row) -> Delivery:
    id, webhook, event, name, body, made_at, state, attempts, tries, check_at, told, version = row
    return Delivery(
        id=DeliveryId(UUID(bytes=id)),
        webhook=WebhookId(UUID(bytes=webhook)),
        event=EventId(UUID(bytes=event)),
        name=name,
        body=body,
        made_at=moment_of(made_at),
        state=DeliveryState(state),
        attempts=attempts,
        tries=tries,
        check_at=None if check_at is None else moment_of(check_at),
        told=told,
        version=version,
    )


def _line(attempt: Attempt) -> Row:
    return (
        attempt.delivery.bytes,
        attempt.number,
        ticks_of(attempt.at),
        attempt.milliseconds,
        attempt.status,
        attempt.answer,
        attempt.told,
    )


def _attempt(row: Row) -> Attempt:
    delivery, number, at, milliseconds, status, answer, told = row
    return Attempt(
        delivery=DeliveryId(UUID(bytes=delivery)),
        number=number,
        at=moment_of(at),
        milliseconds=milliseconds,
        status=status,
        answer=answer,
        told=told,
    )

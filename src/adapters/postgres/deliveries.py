"""What webhooks are told, on PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.events import EventId
from ...core.money import UNITS_MAX
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
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, webhook, event, name, body, made_at, state, attempts, tries, check_at, told, version
  FROM altyn.webhook_delivery"""
# Whoever tells of the same event at the same moment waits here, and finds that it is told.
ADD: Final = """
INSERT INTO altyn.webhook_delivery (id, webhook, event, name, body, made_at, state, attempts,
                                    tries, check_at, told, version)
SELECT id, webhook, event, name, body, made_at, state, attempts, tries, check_at, told, version
  FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[],
              %s::text[], %s::int[], %s::int[], %s::timestamptz[], %s::text[], %s::bigint[])
       WITH ORDINALITY AS d (id, webhook, event, name, body, made_at, state, attempts, tries,
                             check_at, told, version, place)
 ORDER BY place
ON CONFLICT (event, webhook) DO NOTHING
"""
ONE: Final = f"{ROWS} WHERE id = %s"
# Of each webhook its own few, so that one of which much is due leaves room for the others; whoever
# claims at the same moment goes past what is claimed here.
CLAIM: Final = """
WITH due AS (
    SELECT d.id, d.check_at
      FROM altyn.webhook AS w
           CROSS JOIN LATERAL (
               SELECT id, check_at
                 FROM altyn.webhook_delivery
                WHERE webhook = w.id AND state = 'waiting' AND check_at <= %(at)s
                ORDER BY check_at, id
                LIMIT %(each)s
                  FOR NO KEY UPDATE SKIP LOCKED
           ) AS d
     WHERE w.state = 'enabled' AND (w.resting_until IS NULL OR w.resting_until <= %(at)s)
       AND w.id <> ALL (%(but)s)
     LIMIT %(limit)s
)
UPDATE altyn.webhook_delivery AS d
   SET attempts = attempts + 1, tries = tries + 1, check_at = %(until)s, version = version + 1
  FROM due
 WHERE d.id = due.id
RETURNING d.id, d.webhook, d.event, d.name, d.body, d.made_at, d.state, d.attempts, d.tries,
          d.check_at, d.told, d.version, due.check_at
"""
# What is told is not among what changes.
PUT: Final = """
UPDATE altyn.webhook_delivery
   SET state = %s, attempts = %s, tries = %s, check_at = %s, told = %s, version = %s
 WHERE id = %s AND version = %s AND state = ANY (%s)
"""
LOG: Final = """
INSERT INTO altyn.webhook_attempt (delivery, number, at, milliseconds, status, answer, told)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
DROP: Final = """
UPDATE altyn.webhook_delivery
   SET state = 'dead', check_at = NULL, told = %s, version = version + 1
 WHERE webhook = %s AND state = 'waiting'
"""
ATTEMPTS: Final = """
SELECT delivery, number, at, milliseconds, status, answer, told
  FROM altyn.webhook_attempt
 WHERE delivery = %s
 ORDER BY number
"""
OF: Final = f"""{ROWS}
 WHERE webhook = %(webhook)s AND (%(state)s::text IS NULL OR state = %(state)s)
   AND (%(at)s::timestamptz IS NULL OR (made_at, id) < (%(at)s, %(id)s::uuid))
 ORDER BY made_at DESC, id DESC
 LIMIT %(limit)s
"""
# Whether a log refers to what is gone is looked at in the end, when both are.
FORGET: Final = """
WITH old AS MATERIALIZED (
    SELECT id FROM altyn.webhook_delivery
     WHERE state <> 'waiting' AND made_at < %s ORDER BY made_at, id LIMIT %s
), log AS (
    DELETE FROM altyn.webhook_attempt a USING old WHERE a.delivery = old.id
)
DELETE FROM altyn.webhook_delivery d USING old WHERE d.id = old.id
"""
FORGET_ANSWERS: Final = """
DELETE FROM altyn.webhook_attempt a USING altyn.webhook_delivery d
 WHERE a.delivery = d.id AND d.event = %s
"""
REWORD: Final = """
UPDATE altyn.webhook_delivery SET body = %s, version = version + 1 WHERE event = %s
"""
UNDELIVERED: Final = """
SELECT count(*) FILTER (WHERE d.check_at <= %(at)s),
       min(d.check_at) FILTER (WHERE d.check_at <= %(at)s),
       count(*) FILTER (WHERE d.state = 'dead')
  FROM altyn.webhook AS w JOIN altyn.webhook_delivery AS d ON d.webhook = w.id
 WHERE w.state = 'enabled' AND (d.state = 'waiting' OR d.state = 'dead')
"""


@frozen
class PostgresDeliveries:
    """A row for each delivery, and one for each attempt."""

    store: PostgresStore

    async def add(self, deliveries: Sequence[Delivery]) -> None:
        """As the port says."""
        columns = [list(column) for column in zip(*map(_row, deliveries), strict=True)]

        async def ask(connection: Connection) -> None:
            if columns:
                await connection.execute(ADD, columns)

        await self.store.ask(ask)

    async def get(self, id: DeliveryId) -> Delivery:
        """As the port says."""

        async def ask(connection: Connection) -> Delivery:
            return await _one(connection, id)

        return await self.store.ask(ask)

    async def claim(
        self,
        at: datetime,
        until: datetime,
        limit: int,
        each: int,
        but: Collection[WebhookId] = (),
    ) -> Sequence[Delivery]:
        """As the port says."""
        values = {"at": at, "until": until, "limit": limit, "each": each, "but": list(but)}

        async def ask(connection: Connection) -> Sequence[Delivery]:
            rows = await (await connection.execute(CLAIM, values)).fetchall()
            rows.sort(key=lambda row: (row[-1], row[0]))
            return [_delivery(row[:-1]) for row in rows]

        return await self.store.ask(ask)

    async def put(self, delivery: Delivery, attempt: Attempt | None = None) -> None:
        """As the port says."""
        before = [
            state.value
            for state, moves in DELIVERY_MOVES.items()
            if delivery.state is state or delivery.state in moves
        ]
        values = (
            delivery.state.value,
            delivery.attempts,
            delivery.tries,
            delivery.check_at,
            delivery.told,
            delivery.version,
            delivery.id,
            delivery.version - 1,
            before,
        )

        async def ask(connection: Connection) -> None:
            async with connection.transaction():
                if not (await connection.execute(PUT, values)).rowcount:
                    kept = await _one(connection, delivery.id)
                    raise DeliveryMoved(delivery.id, kept.state)
                if attempt is not None:
                    await connection.execute(LOG, _line(attempt))

        await self.store.ask(ask)

    async def drop(self, webhook: WebhookId, told: str) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            await connection.execute(DROP, (told, webhook))

        await self.store.ask(ask)

    async def attempts(self, id: DeliveryId) -> Sequence[Attempt]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[Attempt]:
            rows = await (await connection.execute(ATTEMPTS, (id,))).fetchall()
            return [_attempt(row) for row in rows]

        return await self.store.ask(ask)

    async def of(
        self,
        webhook: WebhookId,
        limit: int,
        *,
        state: DeliveryState | None = None,
        before: tuple[datetime, DeliveryId] | None = None,
    ) -> Sequence[Delivery]:
        """As the port says."""
        at, id = before or (None, None)
        values = {
            "webhook": webhook,
            "state": None if state is None else state.value,
            "at": at,
            "id": id,
            "limit": min(limit, UNITS_MAX),
        }

        async def ask(connection: Connection) -> Sequence[Delivery]:
            rows = await (await connection.execute(OF.encode(), values)).fetchall()
            return [_delivery(row) for row in rows]

        return await self.store.ask(ask)

    async def forget(self, before: datetime, limit: int) -> int:
        """As the port says."""

        async def ask(connection: Connection) -> int:
            return (await connection.execute(FORGET, (before, min(limit, UNITS_MAX)))).rowcount

        return await self.store.ask(ask)

    async def reword(self, event: EventId, body: str) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            async with connection.transaction():
                await connection.execute(REWORD, (body, event))
                await connection.execute(FORGET_ANSWERS, (event,))

        await self.store.ask(ask)

    async def undelivered(self, at: datetime) -> Undelivered:
        """As the port says."""

        async def ask(connection: Connection) -> Undelivered:
            row = await (await connection.execute(UNDELIVERED, {"at": at})).fetchone()
            due, oldest, dead = row or (0, None, 0)
            return Undelivered(due=due, oldest=oldest, dead=dead)

        return await self.store.ask(ask)


async def _one(connection: Connection, id: DeliveryId) -> Delivery:
    row = await (await connection.execute(ONE.encode(), (id,))).fetchone()
    if row is None:
        raise DeliveryMissing(id)
    return _delivery(row)


def _row(delivery: Delivery) -> tuple[object, ...]:
    return (
        delivery.id,
        delivery.webhook,
        delivery.event,
        delivery.name,
        delivery.body,
        delivery.made_at,
        delivery.state.value,
        delivery.attempts,
        delivery.tries,
        delivery.check_at,
        delivery.told,
        delivery.version,
    )


def _delivery(row: Sequence[Any]) -> Delivery:
    id, webhook, event, name, body, made_at, state, attempts, tries, check_at, told, version = row
    return Delivery(
        id=id,
        webhook=webhook,
        event=event,
        name=name,
        body=body,
        made_at=made_at,
        state=DeliveryState(state),
        attempts=attempts,
        tries=tries,
        check_at=check_at,
        told=told,
        version=version,
    )


def _line(attempt: Attempt) -> tuple[object, ...]:
    return (
        attempt.delivery,
        attempt.number,
        attempt.at,
        attempt.milliseconds,
        attempt.status,
        attempt.answer,
        attempt.told,
    )


def _attempt(row: Sequence[Any]) -> Attempt:
    delivery, number, at, milliseconds, status, answer, told = row
    return Attempt(
        delivery=delivery,
        number=number,
        at=at,
        milliseconds=milliseconds,
        status=status,
        answer=answer,
        told=told,
    )

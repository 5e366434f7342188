"""Payments on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import UNITS_MAX, Asset, Money
from ...core.payments import (
    Goods,
    Order,
    Payment,
    PaymentId,
    PaymentMissing,
    PaymentMoved,
    Place,
    Quote,
    Sale,
    State,
)
from .assets import count
from .places import AFTER_ALL, BEFORE_ALL
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, payer, target, method, pays, pays_asset, pays_scale, gives, gives_asset, gives_scale,
       reference, goods, place, country, created_at, expires_at, state, came, credited, "returning",
       returned, check_at, checks, provider_id, link, told
  FROM altyn.payment"""
ADD: Final = """
INSERT INTO altyn.payment (id, payer, target, method, pays, pays_asset, pays_scale, gives,
                           gives_asset, gives_scale, reference, goods, place, country,
                           created_at, expires_at, state, came, credited, "returning", returned,
                           check_at, checks, provider_id, link, told)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Payments are locked before arrivals, these before refunds, and these before accounts.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.payment WHERE id = %s"
# The order is not among what changes: whatever is put, what was asked for stays.
PUT: Final = """
UPDATE altyn.payment
   SET state = %s, came = %s, credited = %s, "returning" = %s, returned = %s, check_at = %s,
       checks = %s, provider_id = %s, link = %s, told = %s
 WHERE id = %s AND state = %s
"""
DUE: Final = """
SELECT id
  FROM altyn.payment
 WHERE check_at IS NOT NULL AND check_at <= %s
 ORDER BY check_at, id
 LIMIT %s
"""
OF: Final = f"""{ROWS}
 WHERE payer = %s AND (created_at, id) < (%s, %s)
 ORDER BY created_at DESC, id DESC
 LIMIT %s
"""

UNDER_WAY: Final = f"""{ROWS}
 WHERE state IN ('created', 'unknown', 'pending', 'confirming', 'refunding')
   AND (created_at, id) > (%s, %s) AND created_at <= %s AND state = coalesce(%s, state)
 ORDER BY created_at, id
 LIMIT %s
"""


@frozen
class PostgresPayments:
    """A row for each payment, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, payment: Payment) -> Payment:
        """As the port says."""
        order, quote = payment.order, payment.order.quote
        row = (
            payment.id,
            order.payer,
            order.target,
            order.method,
            quote.pays.units,
            quote.pays.asset.code,
            quote.pays.asset.scale,
            quote.gives.units,
            quote.gives.asset.code,
            quote.gives.asset.scale,
            order.reference,
            order.sale.goods.value,
            order.sale.place.value,
            order.sale.country,
            payment.created_at,
            payment.expires_at,
            *_changing(payment),
        )
        # Whoever goes on from a known one must not be overtaken, as after `get`.
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Payment:
            async with connection.transaction():
                await count(connection, quote.pays.asset, quote.gives.asset)
                if (await connection.execute(ADD, row)).rowcount:
                    return payment
                return await _one(connection, query, payment.id)

        return await self.store.ask(ask)

    async def get(self, id: PaymentId) -> Payment:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Payment:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, payment: Payment, was: State) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            values = *_changing(payment), payment.id, was.value
            if not (await connection.execute(PUT, values)).rowcount:
                row = await (await connection.execute(STATE, (payment.id,))).fetchone()
                raise PaymentMoved(payment.id, row[0]) if row else PaymentMissing(payment.id)

        await self.store.ask(ask)

    async def due(self, at: datetime, limit: int) -> Sequence[PaymentId]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[PaymentId]:
            rows = await (await connection.execute(DUE, (at, min(limit, UNITS_MAX)))).fetchall()
            return [PaymentId(id) for (id,) in rows]

        return await self.store.ask(ask)

    async def of(
        self, payer: str, limit: int, before: tuple[datetime, PaymentId] | None = None
    ) -> Sequence[Payment]:
        """As the port says."""
        return await self._payments(OF, payer, *(before or AFTER_ALL), min(limit, UNITS_MAX))

    async def under_way(
        self,
        limit: int,
        after: tuple[datetime, PaymentId] | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Payment]:
        """As the port says."""
        wanted = until or AFTER_ALL[0], state and state.value
        return await self._payments(
            UNDER_WAY, *(after or BEFORE_ALL), *wanted, min(limit, UNITS_MAX)
        )

    async def _payments(self, query: str, *values: object) -> Sequence[Payment]:
        async def ask(connection: Connection) -> Sequence[Payment]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_payment(row) for row in rows]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: PaymentId) -> Payment:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise PaymentMissing(id)
    return _payment(row)


def _changing(payment: Payment) -> tuple[object, ...]:
    """What becomes of a payment, in the order of the columns from `state` on."""
    return (
        payment.state.value,
        payment.came.units,
        payment.credited.units,
        payment.returning.units,
        payment.returned.units,
        payment.check_at,
        payment.checks,
        payment.provider_id,
        payment.link,
        payment.told,
    )


def _payment(row: tuple[Any, ...]) -> Payment:
    id, payer, target, method, pays, pays_code, pays_scale, gives, gives_code, gives_scale = row[
        :10
    ]
    reference, goods, place, country, created_at, expires_at = row[10:16]
    state, came, credited, returning, returned = row[16:21]
    check_at, checks, provider_id, link, told = row[21:]
    asked = Asset(pays_code, pays_scale)
    return Payment(
        order=Order(
            id=PaymentId(id),
            payer=payer,
            target=AccountName(target),
            method=method,
            quote=Quote(Money(pays, asked), Money(gives, Asset(gives_code, gives_scale))),
            reference=reference,
            sale=Sale(goods=Goods(goods), place=Place(place), country=country),
        ),
        state=State(state),
        came=Money(came, asked),
        credited=Money(credited, asked),
        returning=Money(returning, asked),
        returned=Money(returned, asked),
        created_at=created_at,
        expires_at=expires_at,
        check_at=check_at,
        checks=checks,
        provider_id=provider_id,
        link=link,
        told=told,
    )

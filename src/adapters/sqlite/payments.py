"""Payments in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import Asset, Money
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
from .rows import AFTER_ALL, BEFORE_ALL, Row, bounded, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, payer, target, method, pays, pays_asset, pays.scale, gives, gives_asset, gives.scale,
       reference, goods, place, country, created_at, expires_at, state, came, credited, "returning",
       returned, check_at, checks, provider_id, link, told"""

ADD: Final = """
INSERT INTO payment (id, payer, target, method, pays, pays_asset, gives, gives_asset, reference,
                     goods, place, country, created_at, expires_at, state, came, credited,
                     "returning", returned, check_at, checks, provider_id, link, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM payment
  JOIN asset AS pays ON pays.code = pays_asset
  JOIN asset AS gives ON gives.code = gives_asset
 WHERE id = ?
"""

# The order is not among what changes: whatever is put, what was asked for stays.
PUT: Final = """
UPDATE payment
   SET state = ?, came = ?, credited = ?, "returning" = ?, returned = ?, check_at = ?, checks = ?,
       provider_id = ?, link = ?, told = ?
 WHERE id = ? AND state = ?
"""

DUE: Final = """
SELECT id
  FROM payment
 WHERE check_at IS NOT NULL AND check_at <= ?
 ORDER BY check_at, id
 LIMIT ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM payment
  JOIN asset AS pays ON pays.code = pays_asset
  JOIN asset AS gives ON gives.code = gives_asset
 WHERE payer = ? AND (created_at, id) < (?, ?)
 ORDER BY created_at DESC, id DESC
 LIMIT ?
"""

# To the letter as in the index, or SQLite does not take it.
UNDER_WAY: Final = f"""
SELECT {COLUMNS}
  FROM payment
  JOIN asset AS pays ON pays.code = pays_asset
  JOIN asset AS gives ON gives.code = gives_asset
 WHERE state IN ('created', 'unknown', 'pending', 'confirming', 'refunding')
   AND (created_at, id) > (?, ?) AND created_at <= ? AND state = coalesce(?, state)
 ORDER BY created_at, id
 LIMIT ?
"""


@frozen
class SqlitePayments:
    """A row for each payment; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, payment: Payment) -> Payment:
        """As the port says."""
        return await self.store.write(_add, payment)

    async def get(self, id: PaymentId) -> Payment:
        """As the port says."""
        payment = await self.store.read(_get, id)
        if payment is None:
            raise PaymentMissing(id)
        return payment

    async def put(self, payment: Payment, was: State) -> None:
        """As the port says."""
        await self.store.write(_put, payment, was)

    async def due(self, at: datetime, limit: int) -> Sequence[PaymentId]:
        """As the port says."""
        return await self.store.read(_due, ticks_of(at), bounded(limit))

    async def of(
        self, payer: str, limit: int, before: tuple[datetime, PaymentId] | None = None
    ) -> Sequence[Payment]:
        """As the port says."""
        place = AFTER_ALL if before is None else (ticks_of(before[0]), before[1].bytes)
        return await self.store.read(_payments, OF, (payer, *place, bounded(limit)))

    async def under_way(
        self,
        limit: int,
        after: tuple[datetime, PaymentId] | None = None,
        *,
        until: datetime | None = None,
        state: State | None = None,
    ) -> Sequence[Payment]:
        """As the port says."""
        place = BEFORE_ALL if after is None else (ticks_of(after[0]), after[1].bytes)
        wanted = AFTER_ALL[0] if until is None else ticks_of(until), state and state.value
        return await self.store.read(_payments, UNDER_WAY, (*place, *wanted, bounded(limit)))


def _add(connection: Connection, payment: Payment) -> Payment:
    kept = _get(connection, payment.id)
    if kept is not None:
        return kept
    order, quote = payment.order, payment.order.quote
    count(connection, quote.pays.asset, quote.gives.asset)
    row = (
        payment.id.bytes,
        order.payer,
        order.target,
        order.method,
        quote.pays.units,
        quote.pays.asset.code,
        quote.gives.units,
        quote.gives.asset.code,
        order.reference,
        order.sale.goods.value,
        order.sale.place.value,
        order.sale.country,
        ticks_of(payment.created_at),
        ticks_of(payment.expires_at),
        *_changing(payment),
    )
    connection.execute(ADD, row)
    return payment


def _get(connection: Connection, id: PaymentId) -> Payment | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _payment(row)


def _put(connection: Connection, payment: Payment, was: State) -> None:
    values = *_changing(payment), payment.id.bytes, was.value
    if not connection.execute(PUT, values).rowcount:
        kept = _get(connection, payment.id)
        raise PaymentMissing(payment.id) if kept is None else PaymentMoved(payment.id, kept.state)


def _due(connection: Connection, at: int, limit: int) -> list[PaymentId]:
    rows = connection.execute(DUE, (at, limit))
    return [PaymentId(UUID(bytes=id)) for (id,) in rows]


def _payments(connection: Connection, statement: str, values: Row) -> list[Payment]:
    return [_payment(row) for row in connection.execute(statement, values)]


def _changing(payment: Payment) -> Row:
    """What becomes of a payment, in the order of the columns from `state` on."""
    return (
        payment.state.value,
        payment.came.units,
        payment.credited.units,
        payment.returning.units,
        payment.returned.units,
        None if payment.check_at is None else ticks_of(payment.check_at),
        payment.checks,
        payment.provider_id,
        payment.link,
        payment.told,
    )


def _payment(row: Row) -> Payment:
    id, payer, target, method, pays, pays_code, pays_scale, gives, gives_code, gives_scale = row[
        :10
    ]
    reference, goods, place, country, created_at, expires_at = row[10:16]
    state, came, credited, returning, returned = row[16:21]
    check_at, checks, provider_id, link, told = row[21:]
    asked = Asset(pays_code, pays_scale)
    return Payment(
        order=Order(
            id=PaymentId(UUID(bytes=id)),
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
        created_at=moment_of(created_at),
        expires_at=moment_of(expires_at),
        check_at=None if check_at is None else moment_of(check_at),
        checks=checks,
        provider_id=provider_id,
        link=link,
        told=told,
    )

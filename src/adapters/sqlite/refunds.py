"""What goes back, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.money import Asset, Money
from ...core.payments import (
    Origin,
    PaymentId,
    Refund,
    RefundId,
    RefundMissing,
    RefundMoved,
    RefundState,
)
from .rows import AFTER_ALL, BEFORE_ALL, Row, bounded, moment_of, ticks_of
from .store import SqliteStore

Place = tuple[datetime, RefundId]

COLUMNS: Final = """
       id, method, key, payment, payer, asset, scale, amount, origin, "to", reason, "by",
       created_at, state, check_at, checks, approved_by, told"""

ADD: Final = """
INSERT INTO refund (id, method, key, payment, payer, asset, amount, origin, "to", reason, "by",
                    created_at, state, check_at, checks, approved_by, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE id = ?
"""

# What goes back, why and where is not among what changes.
PUT: Final = """
UPDATE refund
   SET state = ?, check_at = ?, checks = ?, approved_by = ?, told = ?
 WHERE id = ? AND state = ?
"""

DUE: Final = """
SELECT id
  FROM refund
 WHERE check_at IS NOT NULL AND check_at <= ?
 ORDER BY check_at, id
 LIMIT ?
"""

OF_ARRIVAL: Final = f"""
SELECT {COLUMNS}
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE method = ? AND key = ?
 ORDER BY created_at, id
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE payer = ? AND (created_at, id) < (?, ?)
 ORDER BY created_at DESC, id DESC
 LIMIT ?
"""

WAITING: Final = f"""
SELECT {COLUMNS}
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
   AND (created_at, id) > (?, ?)
 ORDER BY created_at, id
 LIMIT ?
"""

NOTED: Final = f"""
SELECT {COLUMNS}
  FROM refund
  JOIN asset ON asset.code = refund.asset
 WHERE method = ? AND created_at >= ? AND created_at < ? AND (created_at, id) > (?, ?)
 ORDER BY created_at, id
 LIMIT ?
"""


@frozen
class SqliteRefunds:
    """A row for each refund; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, refund: Refund) -> Refund:
        """As the port says."""
        return await self.store.write(_add, refund)

    async def get(self, id: RefundId) -> Refund:
        """As the port says."""
        refund = await self.store.read(_get, id)
        if refund is None:
            raise RefundMissing(id)
        return refund

    async def put(self, refund: Refund, was: RefundState) -> None:
        """As the port says."""
        await self.store.write(_put, refund, was)

    async def due(self, at: datetime, limit: int) -> Sequence[RefundId]:
        """As the port says."""
        return await self.store.read(_due, ticks_of(at), bounded(limit))

    async def of_arrival(self, method: str, key: str) -> Sequence[Refund]:
        """As the port says."""
        return await self.store.read(_refunds, OF_ARRIVAL, (method, key))

    async def of(self, payer: str, limit: int, before: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        place = AFTER_ALL if before is None else _place(before)
        return await self.store.read(_refunds, OF, (payer, *place, bounded(limit)))

    async def waiting(self, limit: int, after: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        place = BEFORE_ALL if after is None else _place(after)
        return await self.store.read(_refunds, WAITING, (*place, bounded(limit)))

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: Place | None = None,
    ) -> Sequence[Refund]:
        """As the port says."""
        place = BEFORE_ALL if after is None else _place(after)
        since_ticks = max(ticks_of(since), place[0])  # where the index is entered
        values = method, since_ticks, ticks_of(until), *place, bounded(limit)
        return await self.store.read(_refunds, NOTED, values)


def _add(connection: Connection, refund: Refund) -> Refund:
    kept = _get(connection, refund.id)
    if kept is not None:
        return kept
    row = (
        refund.id.bytes,
        refund.method,
        refund.key,
        None if refund.payment is None else refund.payment.bytes,
        refund.payer,
        refund.amount.asset.code,
        refund.amount.units,
        refund.origin.value,
        refund.to,
        refund.reason,
        refund.by,
        ticks_of(refund.created_at),
        *_changing(refund),
    )
    connection.execute(ADD, row)
    return refund


def _get(connection: Connection, id: RefundId) -> Refund | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _refund(row)


def _put(connection: Connection, refund: Refund, was: RefundState) -> None:
    values = *_changing(refund), refund.id.bytes, was.value
    if not connection.execute(PUT, values).rowcount:
        kept = _get(connection, refund.id)
        raise RefundMissing(refund.id) if kept is None else RefundMoved(refund.id, kept.state)


def _due(connection: Connection, at: int, limit: int) -> list[RefundId]:
    return [RefundId(UUID(bytes=id)) for (id,) in connection.execute(DUE, (at, limit))]


def _refunds(connection: Connection, statement: str, values: Row) -> list[Refund]:
    return [_refund(row) for row in connection.execute(statement, values)]


def _place(place: Place) -> Row:
    return ticks_of(place[0]), place[1].bytes


def _changing(refund: Refund) -> Row:
    """What becomes of a refund, in the order of the columns from `state` on."""
    return (
        refund.state.value,
        None if refund.check_at is None else ticks_of(refund.check_at),
        refund.checks,
        refund.approved_by,
        refund.told,
    )


def _refund(row: Row) -> Refund:
    id, method, key, payment, payer, code, scale, amount, origin, to, reason, by = row[:12]
    created_at, state, check_at, checks, approved_by, told = row[12:]
    return Refund(
        id=RefundId(UUID(bytes=id)),
        method=method,
        key=key,
        payment=None if payment is None else PaymentId(UUID(bytes=payment)),
        payer=payer,
        amount=Money(amount, Asset(code, scale)),
        origin=Origin(origin),
        to=to,
        reason=reason,
        by=by,
        state=RefundState(state),
        created_at=moment_of(created_at),
        check_at=None if check_at is None else moment_of(check_at),
        approved_by=approved_by,
        checks=checks,
        told=told,
    )

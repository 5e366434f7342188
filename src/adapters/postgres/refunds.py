"""What goes back, on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX, Asset, Money
from ...core.payments import (
    Origin,
    Refund,
    RefundId,
    RefundMissing,
    RefundMoved,
    RefundState,
)
from .places import AFTER_ALL, BEFORE_ALL
from .store import Connection, PostgresStore

Place = tuple[datetime, RefundId]

ROWS: Final = """
SELECT id, method, key, payment, payer, asset, scale, amount, origin, "to", reason, "by",
       created_at, state, check_at, checks, approved_by, told
  FROM altyn.refund"""
ADD: Final = """
INSERT INTO altyn.refund (id, method, key, payment, payer, asset, scale, amount, origin, "to",
                          reason, "by", created_at, state, check_at, checks, approved_by, told)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Payments are locked before arrivals, these before refunds, and these before accounts.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
STATE: Final = "SELECT state FROM altyn.refund WHERE id = %s"
# What goes back, why and where is not among what changes.
PUT: Final = """
UPDATE altyn.refund
   SET state = %s, check_at = %s, checks = %s, approved_by = %s, told = %s
 WHERE id = %s AND state = %s
"""
DUE: Final = """
SELECT id
  FROM altyn.refund
 WHERE check_at IS NOT NULL AND check_at <= %s
 ORDER BY check_at, id
 LIMIT %s
"""
OF_ARRIVAL: Final = f"""{ROWS}
 WHERE method = %s AND key = %s
 ORDER BY created_at, id
"""
OF: Final = f"""{ROWS}
 WHERE payer = %s AND (created_at, id) < (%s, %s)
 ORDER BY created_at DESC, id DESC
 LIMIT %s
"""
WAITING: Final = f"""{ROWS}
 WHERE check_at IS NULL AND state NOT IN ('done', 'failed', 'declined')
   AND (created_at, id) > (%s, %s)
 ORDER BY created_at, id
 LIMIT %s
"""
NOTED: Final = f"""{ROWS}
 WHERE method = %s AND created_at >= %s AND created_at < %s AND (created_at, id) > (%s, %s)
 ORDER BY created_at, id
 LIMIT %s
"""


@frozen
class PostgresRefunds:
    """A row for each refund, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, refund: Refund) -> Refund:
        """As the port says."""
        row = (
            refund.id,
            refund.method,
            refund.key,
            refund.payment,
            refund.payer,
            refund.amount.asset.code,
            refund.amount.asset.scale,
            refund.amount.units,
            refund.origin.value,
            refund.to,
            refund.reason,
            refund.by,
            refund.created_at,
            *_changing(refund),
        )

        async def ask(connection: Connection) -> Refund:
            if (await connection.execute(ADD, row)).rowcount:
                return refund
            return await _one(connection, ONE, refund.id)

        return await self.store.ask(ask)

    async def get(self, id: RefundId) -> Refund:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> Refund:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, refund: Refund, was: RefundState) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            values = *_changing(refund), refund.id, was.value
            if not (await connection.execute(PUT, values)).rowcount:
                row = await (await connection.execute(STATE, (refund.id,))).fetchone()
                raise RefundMoved(refund.id, row[0]) if row else RefundMissing(refund.id)

        await self.store.ask(ask)

    async def due(self, at: datetime, limit: int) -> Sequence[RefundId]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[RefundId]:
            rows = await (await connection.execute(DUE, (at, min(limit, UNITS_MAX)))).fetchall()
            return [RefundId(id) for (id,) in rows]

        return await self.store.ask(ask)

    async def of_arrival(self, method: str, key: str) -> Sequence[Refund]:
        """As the port says."""
        return await self._refunds(OF_ARRIVAL, method, key)

    async def of(self, payer: str, limit: int, before: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        return await self._refunds(OF, payer, *(before or AFTER_ALL), min(limit, UNITS_MAX))

    async def waiting(self, limit: int, after: Place | None = None) -> Sequence[Refund]:
        """As the port says."""
        return await self._refunds(WAITING, *(after or BEFORE_ALL), min(limit, UNITS_MAX))

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: Place | None = None,
    ) -> Sequence[Refund]:
        """As the port says."""
        place = after or BEFORE_ALL
        since = max(since, place[0])  # where the index is entered
        return await self._refunds(NOTED, method, since, until, *place, min(limit, UNITS_MAX))

    async def _refunds(self, query: str, *values: object) -> list[Refund]:
        async def ask(connection: Connection) -> list[Refund]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_refund(row) for row in rows]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: RefundId) -> Refund:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise RefundMissing(id)
    return _refund(row)


def _changing(refund: Refund) -> tuple[object, ...]:
    """What becomes of a refund, in the order of the columns from `state` on."""
    return (
        refund.state.value,
        refund.check_at,
        refund.checks,
        refund.approved_by,
        refund.told,
    )


def _refund(row: tuple[Any, ...]) -> Refund:
    id, method, key, payment, payer, code, scale, amount, origin, to, reason, by = row[:12]
    created_at, state, check_at, checks, approved_by, told = row[12:]
    return Refund(
        id=RefundId(id),
        method=method,
        key=key,
        payment=payment,
        payer=payer,
        amount=Money(amount, Asset(code, scale)),
        origin=Origin(origin),
        to=to,
        reason=reason,
        by=by,
        state=RefundState(state),
        created_at=created_at,
        check_at=check_at,
        approved_by=approved_by,
        checks=checks,
        told=told,
    )

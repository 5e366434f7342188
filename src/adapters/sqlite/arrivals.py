"""What came, in SQLite."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import Asset, Money
from ...core.payments import Arrival, ArrivalMissing, ArrivalMoved, Case, Inflow, PaymentId
from .assets import count
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       method, key, asset, scale, amount, at, sender, payment, "case", noted_at, credited, held,
       returned, given_to, why_held"""

KNOWN: Final = """
SELECT 1
  FROM arrival
 WHERE method = ? AND key = ?
"""

ADD: Final = """
INSERT INTO arrival (method, key, asset, amount, at, sender, payment, "case", noted_at, credited,
                     held, returned, given_to, why_held)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM arrival
  JOIN asset ON asset.code = arrival.asset
 WHERE method = ? AND key = ?
"""

# What came is not among what changes, and its parts move from where they were seen last.
PUT: Final = """
UPDATE arrival
   SET credited = ?, held = ?, returned = ?, given_to = ?, why_held = ?
 WHERE method = ? AND key = ? AND credited = ? AND held = ? AND returned = ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM arrival
  JOIN asset ON asset.code = arrival.asset
 WHERE payment = ?
 ORDER BY sequence
"""

HELD: Final = f"""
SELECT {COLUMNS}
  FROM arrival
  JOIN asset ON asset.code = arrival.asset
 WHERE held > 0 AND (noted_at, method, key) > (?, ?, ?)
 ORDER BY noted_at, method, key
 LIMIT ?
"""

NOTED: Final = f"""
SELECT {COLUMNS}
  FROM arrival
  JOIN asset ON asset.code = arrival.asset
 WHERE method = ? AND noted_at >= ? AND noted_at < ? AND (noted_at, key) > (?, ?)
 ORDER BY noted_at, key
 LIMIT ?
"""

BEFORE_ALL: Final = (-(2**63), "", "")


@frozen
class SqliteArrivals:
    """A row for each arrival, numbered as they were noted."""

    store: SqliteStore

    async def add(self, arrival: Arrival) -> bool:
        """As the port says."""
        return await self.store.write(_add, arrival)

    async def get(self, method: str, key: str) -> Arrival:
        """As the port says."""
        arrivals = await self.store.read(_arrivals, ONE, (method, key))
        if not arrivals:
            raise ArrivalMissing(method, key)
        return arrivals[0]

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        """As the port says."""
        await self.store.write(_put, arrival, was)

    async def of(self, payment: PaymentId) -> Sequence[Arrival]:
        """As the port says."""
        return await self.store.read(_arrivals, OF, (payment.bytes,))

    async def held(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Arrival]:
        """As the port says."""
        place = BEFORE_ALL if after is None else (ticks_of(after[0]), *after[1:])
        return await self.store.read(_arrivals, HELD, (*place, bounded(limit)))

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Arrival]:
        """As the port says."""
        place = BEFORE_ALL[:2] if after is None else (ticks_of(after[0]), after[1])
        since_ticks = max(ticks_of(since), place[0])  # where the index is entered
        values = method, since_ticks, ticks_of(until), *place, bounded(limit)
        return await self.store.read(_arrivals, NOTED, values)


def _add(connection: Connection, arrival: Arrival) -> bool:
    if connection.execute(KNOWN, arrival.key).fetchone():
        return False
    inflow = arrival.inflow
    count(connection, inflow.amount.asset)
    row = (
        *arrival.key,
        inflow.amount.asset.code,
        inflow.amount.units,
        ticks_of(inflow.at),
        inflow.sender,
        None if arrival.payment is None else arrival.payment.bytes,
        arrival.case.value,
        ticks_of(arrival.noted_at),
        *_changing(arrival),
    )
    connection.execute(ADD, row)
    return True


def _put(connection: Connection, arrival: Arrival, was: Arrival) -> None:
    values = *_changing(arrival), *arrival.key, *_parts(was)
    if not connection.execute(PUT, values).rowcount:
        known = connection.execute(KNOWN, arrival.key).fetchone()
        raise (ArrivalMoved if known else ArrivalMissing)(*arrival.key)


def _arrivals(connection: Connection, statement: str, values: Row) -> list[Arrival]:
    return [_arrival(row) for row in connection.execute(statement, values)]


def _changing(arrival: Arrival) -> Row:
    return *_parts(arrival), arrival.given_to, arrival.why_held


def _parts(arrival: Arrival) -> Row:
    return arrival.credited.units, arrival.held.units, arrival.returned.units


def _arrival(row: Row) -> Arrival:
    method, key, code, scale, amount, at, sender, payment, case, noted_at = row[:10]
    credited, held, returned, given_to, why_held = row[10:]
    asset = Asset(code, scale)
    return Arrival(
        method=method,
        inflow=Inflow(key=key, amount=Money(amount, asset), at=moment_of(at), sender=sender),
        payment=None if payment is None else PaymentId(UUID(bytes=payment)),
        case=Case(case),
        credited=Money(credited, asset),
        held=Money(held, asset),
        noted_at=moment_of(noted_at),
        why_held=why_held,
        returned=Money(returned, asset),
        given_to=None if given_to is None else AccountName(given_to),
    )

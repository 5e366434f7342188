"""What came, on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import UNITS_MAX, Asset, Money
from ...core.payments import Arrival, ArrivalMissing, ArrivalMoved, Case, Inflow, PaymentId
from .assets import count
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT method, key, asset, scale, amount, at, sender, payment, "case", noted_at, credited, held,
       returned, given_to, why_held
  FROM altyn.arrival"""
ADD: Final = """
INSERT INTO altyn.arrival (method, key, asset, scale, amount, at, sender, payment, "case",
                           noted_at, credited, held, returned, given_to, why_held)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (method, key) DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE method = %s AND key = %s
"""
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
KNOWN: Final = "SELECT 1 FROM altyn.arrival WHERE method = %s AND key = %s"
# What came is not among what changes, and its parts move from where they were seen last.
PUT: Final = """
UPDATE altyn.arrival
   SET credited = %s, held = %s, returned = %s, given_to = %s, why_held = %s
 WHERE method = %s AND key = %s AND credited = %s AND held = %s AND returned = %s
"""
OF: Final = f"""{ROWS}
 WHERE payment = %s
 ORDER BY position
"""
HELD: Final = f"""{ROWS}
 WHERE held > 0 AND (noted_at, method, key) > (%s, %s, %s)
 ORDER BY noted_at, method, key
 LIMIT %s
"""
NOTED: Final = f"""{ROWS}
 WHERE method = %s AND noted_at >= %s AND noted_at < %s AND (noted_at, key) > (%s, %s)
 ORDER BY noted_at, key
 LIMIT %s
"""

BEFORE_ALL: Final = (datetime.min.replace(tzinfo=UTC), "", "")


@frozen
class PostgresArrivals:
    """A row for each arrival, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, arrival: Arrival) -> bool:
        """As the port says."""
        inflow, asset = arrival.inflow, arrival.inflow.amount.asset
        row = (
            *arrival.key,
            asset.code,
            asset.scale,
            inflow.amount.units,
            inflow.at,
            inflow.sender,
            arrival.payment,
            arrival.case.value,
            arrival.noted_at,
            *_changing(arrival),
        )

        async def ask(connection: Connection) -> bool:
            async with connection.transaction():
                await count(connection, asset)
                return (await connection.execute(ADD, row)).rowcount == 1

        return await self.store.ask(ask)

    async def get(self, method: str, key: str) -> Arrival:
        """As the port says."""
        arrivals = await self._arrivals(LOCKED if self.store.active else ONE, method, key)
        if not arrivals:
            raise ArrivalMissing(method, key)
        return arrivals[0]

    async def put(self, arrival: Arrival, was: Arrival) -> None:
        """As the port says."""
        values = *_changing(arrival), *arrival.key, *_parts(was)

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                known = await (await connection.execute(KNOWN, arrival.key)).fetchone()
                raise (ArrivalMoved if known else ArrivalMissing)(*arrival.key)

        await self.store.ask(ask)

    async def of(self, payment: PaymentId) -> Sequence[Arrival]:
        """As the port says."""
        return await self._arrivals(OF, payment)

    async def held(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Arrival]:
        """As the port says."""
        return await self._arrivals(HELD, *(after or BEFORE_ALL), min(limit, UNITS_MAX))

    async def noted(
        self,
        method: str,
        since: datetime,
        until: datetime,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Arrival]:
        """As the port says."""
        place = after or BEFORE_ALL[:2]
        since = max(since, place[0])  # where the index is entered
        return await self._arrivals(NOTED, method, since, until, *place, min(limit, UNITS_MAX))

    async def _arrivals(self, query: str, *values: object) -> list[Arrival]:
        async def ask(connection: Connection) -> list[Arrival]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_arrival(row) for row in rows]

        return await self.store.ask(ask)


def _changing(arrival: Arrival) -> tuple[object, ...]:
    return *_parts(arrival), arrival.given_to, arrival.why_held


def _parts(arrival: Arrival) -> tuple[int, ...]:
    return arrival.credited.units, arrival.held.units, arrival.returned.units


def _arrival(row: tuple[Any, ...]) -> Arrival:
    method, key, code, scale, amount, at, sender, payment, case, noted_at = row[:10]
    credited, held, returned, given_to, why_held = row[10:]
    asset = Asset(code, scale)
    return Arrival(
        method=method,
        inflow=Inflow(key=key, amount=Money(amount, asset), at=at, sender=sender),
        payment=payment,
        case=Case(case),
        credited=Money(credited, asset),
        held=Money(held, asset),
        noted_at=noted_at,
        why_held=why_held,
        returned=Money(returned, asset),
        given_to=None if given_to is None else AccountName(given_to),
    )

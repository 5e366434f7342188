"""What came, on PostgreSQL."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from attrs import frozen

from ...core.money import UNITS_MAX, Asset, Money
from ...core.payments import Arrival, ArrivalMissing, Case, Inflow, NothingHeld, PaymentId
from .assets import count
from .store import Connection, PostgresStore

ADD: Final = """
INSERT INTO altyn.arrival (method, key, asset, scale, amount, at, sender, payment, "case",
                           noted_at, credited, held, why_held)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (method, key) DO NOTHING
"""
ONE: Final = """
SELECT method, key, asset, scale, amount, at, sender, payment, "case", noted_at, credited, held,
       why_held
  FROM altyn.arrival
 WHERE method = %s AND key = %s
"""
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
KNOWN: Final = "SELECT 1 FROM altyn.arrival WHERE method = %s AND key = %s"
# What came is not among what changes, and what was decided once stays decided.
PUT: Final = """
UPDATE altyn.arrival
   SET credited = %(credited)s, held = %(held)s, why_held = %(why_held)s,
       decided = held > 0 AND %(held)s = 0
 WHERE method = %(method)s AND key = %(key)s AND NOT decided
"""
OF: Final = """
SELECT method, key, asset, scale, amount, at, sender, payment, "case", noted_at, credited, held,
       why_held
  FROM altyn.arrival
 WHERE payment = %s
 ORDER BY position
"""
HELD: Final = """
SELECT method, key, asset, scale, amount, at, sender, payment, "case", noted_at, credited, held,
       why_held
  FROM altyn.arrival
 WHERE held > 0 AND (noted_at, method, key) > (%s, %s, %s)
 ORDER BY noted_at, method, key
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
            arrival.credited.units,
            arrival.held.units,
            arrival.why_held,
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

    async def put(self, arrival: Arrival) -> None:
        """As the port says."""
        values = {
            "method": arrival.method,
            "key": arrival.inflow.key,
            "credited": arrival.credited.units,
            "held": arrival.held.units,
            "why_held": arrival.why_held,
        }

        async def ask(connection: Connection) -> None:
            if not (await connection.execute(PUT, values)).rowcount:
                known = await (await connection.execute(KNOWN, arrival.key)).fetchone()
                raise (NothingHeld if known else ArrivalMissing)(*arrival.key)

        await self.store.ask(ask)

    async def of(self, payment: PaymentId) -> Sequence[Arrival]:
        """As the port says."""
        return await self._arrivals(OF, payment)

    async def held(
        self, limit: int, after: tuple[datetime, str, str] | None = None
    ) -> Sequence[Arrival]:
        """As the port says."""
        return await self._arrivals(HELD, *(after or BEFORE_ALL), min(limit, UNITS_MAX))

    async def _arrivals(self, query: str, *values: object) -> list[Arrival]:
        async def ask(connection: Connection) -> list[Arrival]:
            rows = await (await connection.execute(query.encode(), values)).fetchall()
            return [_arrival(row) for row in rows]

        return await self.store.ask(ask)


def _arrival(row: tuple[Any, ...]) -> Arrival:
    method, key, code, scale, amount, at, sender, payment, case, noted_at = row[:10]
    credited, held, why_held = row[10:]
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
    )

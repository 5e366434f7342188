"""Standing orders on PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from attrs import frozen

from ...core.balances import AccountName
from ...core.money import Asset, Money
from ...core.payments import (
    Goods,
    Place,
    Sale,
    StandingId,
    StandingMissing,
    StandingOrder,
    Term,
)
from .assets import count
from .store import Connection, PostgresStore

ROWS: Final = """
SELECT id, payer, target, method, asset, scale, amount, reference, goods, place, country,
       created_at, provider_id, link, ended, charge, until, renews, lapsed
  FROM altyn.standing"""
ADD: Final = """
INSERT INTO altyn.standing (id, payer, target, method, asset, scale, amount, reference, goods,
                            place, country, created_at, provider_id, link, ended, charge, until,
                            renews, lapsed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
ONE: Final = f"""{ROWS}
 WHERE id = %s
"""
# Locked where a payment of its id would be: before arrivals, refunds and accounts.
LOCKED: Final = f"{ONE} FOR NO KEY UPDATE"
# What was agreed is not among what changes.
PUT: Final = """
UPDATE altyn.standing
   SET provider_id = %s, link = %s, ended = %s, charge = %s, until = %s, renews = %s, lapsed = %s
 WHERE id = %s
"""
OF: Final = f"""{ROWS}
 WHERE payer = %s
 ORDER BY created_at, id
"""
LAPSING: Final = """
SELECT id
  FROM altyn.standing
 WHERE until <= %s AND NOT lapsed
 ORDER BY until, id
 LIMIT %s
"""


@frozen
class PostgresStandings:
    """A row for each order, locked by whoever reads it in a transaction."""

    store: PostgresStore

    async def add(self, standing: StandingOrder) -> StandingOrder:
        """As the port says."""
        row = (
            standing.id,
            standing.payer,
            standing.target,
            standing.method,
            standing.asset.code,
            standing.asset.scale,
            None if standing.amount is None else standing.amount.units,
            standing.reference,
            standing.sale.goods.value,
            standing.sale.place.value,
            standing.sale.country,
            standing.created_at,
            *_changing(standing),
        )

        async def ask(connection: Connection) -> StandingOrder:
            async with connection.transaction():
                await count(connection, standing.asset)
                if (await connection.execute(ADD, row)).rowcount:
                    return standing
                return await _one(connection, ONE, standing.id)

        return await self.store.ask(ask)

    async def get(self, id: StandingId) -> StandingOrder:
        """As the port says."""
        query = LOCKED if self.store.active else ONE

        async def ask(connection: Connection) -> StandingOrder:
            return await _one(connection, query, id)

        return await self.store.ask(ask)

    async def put(self, standing: StandingOrder) -> None:
        """As the port says."""

        async def ask(connection: Connection) -> None:
            values = *_changing(standing), standing.id
            if not (await connection.execute(PUT, values)).rowcount:
                raise StandingMissing(standing.id)

        await self.store.ask(ask)

    async def of(self, payer: str) -> Sequence[StandingOrder]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[StandingOrder]:
            rows = await (await connection.execute(OF.encode(), (payer,))).fetchall()
            return [_standing(row) for row in rows]

        return await self.store.ask(ask)

    async def lapsing(self, at: datetime, limit: int) -> Sequence[StandingId]:
        """As the port says."""

        async def ask(connection: Connection) -> Sequence[StandingId]:
            rows = await (await connection.execute(LAPSING, (at, limit))).fetchall()
            return [StandingId(id) for (id,) in rows]

        return await self.store.ask(ask)


async def _one(connection: Connection, query: str, id: StandingId) -> StandingOrder:
    row = await (await connection.execute(query.encode(), (id,))).fetchone()
    if row is None:
        raise StandingMissing(id)
    return _standing(row)


def _changing(standing: StandingOrder) -> tuple[object, ...]:
    how = standing.provider_id, standing.link, standing.ended
    if (term := standing.term) is None:
        return *how, None, None, None, None
    return *how, term.charge, term.until, term.renews, term.lapsed


def _standing(row: tuple[Any, ...]) -> StandingOrder:
    id, payer, target, method, code, scale, amount, reference = row[:8]
    goods, place, country, created_at, provider_id, link, ended = row[8:15]
    charge, until, renews, lapsed = row[15:]
    asset = Asset(code, scale)
    term = None
    if charge is not None:
        term = Term(charge=charge, until=until, renews=renews, lapsed=lapsed)
    return StandingOrder(
        id=StandingId(id),
        payer=payer,
        target=AccountName(target),
        method=method,
        asset=asset,
        amount=None if amount is None else Money(amount, asset),
        reference=reference,
        sale=Sale(goods=Goods(goods), place=Place(place), country=country),
        created_at=created_at,
        provider_id=provider_id,
        link=link,
        ended=ended,
        term=term,
    )

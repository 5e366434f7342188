"""Standing orders in SQLite."""

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
    Place,
    Sale,
    StandingId,
    StandingMissing,
    StandingOrder,
    Term,
)
from .assets import count
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, payer, target, method, asset, scale, amount, reference, goods, place, country,
       created_at, provider_id, link, ended, charge, until, renews, lapsed"""

ADD: Final = """
INSERT INTO standing (id, payer, target, method, asset, amount, reference, goods, place, country,
                      created_at, provider_id, link, ended, charge, until, renews, lapsed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM standing
  JOIN asset ON asset.code = standing.asset
 WHERE id = ?
"""

# What was agreed is not among what changes.
PUT: Final = """
UPDATE standing
   SET provider_id = ?, link = ?, ended = ?, charge = ?, until = ?, renews = ?, lapsed = ?
 WHERE id = ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM standing
  JOIN asset ON asset.code = standing.asset
 WHERE payer = ?
 ORDER BY created_at, id
"""

LAPSING: Final = """
SELECT id
  FROM standing
 WHERE until <= ? AND NOT lapsed
 ORDER BY until, id
 LIMIT ?
"""


@frozen
class SqliteStandings:
    """A row for each order; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, standing: StandingOrder) -> StandingOrder:
        """As the port says."""
        return await self.store.write(_add, standing)

    async def get(self, id: StandingId) -> StandingOrder:
        """As the port says."""
        standing = await self.store.read(_get, id)
        if standing is None:
            raise StandingMissing(id)
        return standing

    async def put(self, standing: StandingOrder) -> None:
        """As the port says."""
        await self.store.write(_put, standing)

    async def of(self, payer: str) -> Sequence[StandingOrder]:
        """As the port says."""
        return await self.store.read(_of, payer)

    async def lapsing(self, at: datetime, limit: int) -> Sequence[StandingId]:
        """As the port says."""
        return await self.store.read(_lapsing, ticks_of(at), bounded(limit))


def _add(connection: Connection, standing: StandingOrder) -> StandingOrder:
    kept = _get(connection, standing.id)
    if kept is not None:
        return kept
    count(connection, standing.asset)
    row = (
        standing.id.bytes,
        standing.payer,
        standing.target,
        standing.method,
        standing.asset.code,
        None if standing.amount is None else standing.amount.units,
        standing.reference,
        standing.sale.goods.value,
        standing.sale.place.value,
        standing.sale.country,
        ticks_of(standing.created_at),
        *_changing(standing),
    )
    connection.execute(ADD, row)
    return standing


def _get(connection: Connection, id: StandingId) -> StandingOrder | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _standing(row)


def _put(connection: Connection, standing: StandingOrder) -> None:
    if not connection.execute(PUT, (*_changing(standing), standing.id.bytes)).rowcount:
        raise StandingMissing(standing.id)


def _of(connection: Connection, payer: str) -> list[StandingOrder]:
    return [_standing(row) for row in connection.execute(OF, (payer,))]


def _lapsing(connection: Connection, at: int, limit: int) -> list[StandingId]:
    return [StandingId(UUID(bytes=id)) for (id,) in connection.execute(LAPSING, (at, limit))]


def _changing(standing: StandingOrder) -> Row:
    how = standing.provider_id, standing.link, standing.ended
    if (term := standing.term) is None:
        return *how, None, None, None, None
    return *how, term.charge, ticks_of(term.until), term.renews, term.lapsed


def _standing(row: Row) -> StandingOrder:
    id, payer, target, method, code, scale, amount, reference = row[:8]
    goods, place, country, created_at, provider_id, link, ended = row[8:15]
    charge, until, renews, lapsed = row[15:]
    asset = Asset(code, scale)
    term = None
    if charge is not None:
        ends = moment_of(until)
        term = Term(charge=charge, until=ends, renews=bool(renews), lapsed=bool(lapsed))
    return StandingOrder(
        id=StandingId(UUID(bytes=id)),
        payer=payer,
        target=AccountName(target),
        method=method,
        asset=asset,
        amount=None if amount is None else Money(amount, asset),
        reference=reference,
        sale=Sale(goods=Goods(goods), place=Place(place), country=country),
        created_at=moment_of(created_at),
        provider_id=provider_id,
        link=link,
        ended=bool(ended),
        term=term,
    )

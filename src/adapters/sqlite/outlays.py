"""Bills to be paid, in SQLite."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Final
from uuid import UUID

from attrs import frozen

from ...core.balances import AccountName
from ...core.wallets import (
    OUTLAY_MOVES,
    ChequeId,
    Outlay,
    OutlayDoubled,
    OutlayId,
    OutlayMissing,
    OutlayMoved,
    OutlayState,
)
from .assets import count
from .bills import bill_of, written
from .rows import Row, bounded, moment_of, ticks_of
from .store import SqliteStore

COLUMNS: Final = """
       id, wallet, bill, target, reference, created_at, state, cheque, proof, told"""

ADD: Final = """
INSERT INTO outlay (id, wallet, asset, amount, bill, target, reference, created_at, state, cheque,
                    proof, told)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

ONE: Final = f"""
SELECT {COLUMNS}
  FROM outlay
 WHERE id = ?
"""

LIVE: Final = """
SELECT 1
  FROM outlay
 WHERE reference = ? AND state <> 'unpaid'
"""

# What is to be paid is not among what changes.
PUT: Final = """
UPDATE outlay
   SET state = ?, cheque = ?, proof = ?, told = ?
 WHERE id = ? AND state = ?
"""

DUE: Final = f"""
SELECT {COLUMNS}
  FROM outlay
 WHERE wallet = ? AND state = 'due'
 ORDER BY created_at, id
 LIMIT ?
"""

OF: Final = f"""
SELECT {COLUMNS}
  FROM outlay
 WHERE reference = ?
 ORDER BY created_at, id
"""


@frozen
class SqliteOutlays:
    """A row for each outlay; whoever is in the transaction is the only one who writes."""

    store: SqliteStore

    async def add(self, outlay: Outlay) -> Outlay:
        """As the port says."""
        return await self.store.write(_add, outlay)

    async def get(self, id: OutlayId) -> Outlay:
        """As the port says."""
        outlay = await self.store.read(_get, id)
        if outlay is None:
            raise OutlayMissing(id)
        return outlay

    async def put(self, outlay: Outlay) -> None:
        """As the port says."""
        await self.store.write(_put, outlay)

    async def due(self, wallet: str, limit: int) -> Sequence[Outlay]:
        """As the port says."""
        return await self.store.read(_outlays, DUE, (wallet, bounded(limit)))

    async def of(self, reference: str) -> Sequence[Outlay]:
        """As the port says."""
        return await self.store.read(_outlays, OF, (reference,))


def _add(connection: Connection, outlay: Outlay) -> Outlay:
    kept = _get(connection, outlay.id)
    if kept is not None:
        return kept
    if connection.execute(LIVE, (outlay.reference,)).fetchone():
        raise OutlayDoubled(outlay.reference)
    count(connection, outlay.amount.asset)
    row = (
        outlay.id.bytes,
        outlay.wallet,
        outlay.amount.asset.code,
        outlay.amount.units,
        written(outlay.bill),
        outlay.target,
        outlay.reference,
        ticks_of(outlay.created_at),
        *_changing(outlay),
    )
    connection.execute(ADD, row)
    return outlay


def _get(connection: Connection, id: OutlayId) -> Outlay | None:
    row = connection.execute(ONE, (id.bytes,)).fetchone()
    return None if row is None else _outlay(row)


def _put(connection: Connection, outlay: Outlay) -> None:
    kept = _get(connection, outlay.id)
    if kept is None:
        raise OutlayMissing(outlay.id)
    if outlay.state not in OUTLAY_MOVES[kept.state]:
        raise OutlayMoved(outlay.id, kept.state)
    connection.execute(PUT, (*_changing(outlay), outlay.id.bytes, kept.state.value))


def _outlays(connection: Connection, statement: str, values: Row) -> list[Outlay]:
    return [_outlay(row) for row in connection.execute(statement, values)]


def _changing(outlay: Outlay) -> Row:
    """What becomes of an outlay, in the order of the columns from `state` on."""
    cheque = None if outlay.cheque is None else outlay.cheque.bytes
    return outlay.state.value, cheque, outlay.proof, outlay.told


def _outlay(row: Row) -> Outlay:
    id, wallet, bill, target, reference, created_at, state, cheque, proof, told = row
    return Outlay(
        id=OutlayId(UUID(bytes=id)),
        wallet=wallet,
        bill=bill_of(bill),
        target=AccountName(target),
        reference=reference,
        state=OutlayState(state),
        created_at=moment_of(created_at),
        cheque=None if cheque is None else ChequeId(UUID(bytes=cheque)),
        proof=proof,
        told=told,
    )
